import { describe, expect, it } from 'vitest';
import fc from 'fast-check';
import { AppError } from './errors.ts';
import { parseDocument, parseJson } from './parse-document.ts';
import { stringifyDocument, type DocumentValue } from './scalar.ts';

describe('parseDocument', () => {
  it.each([
    '{"a":1}',
    '{"a":1.0}',
    '{"a":-0}',
    '{"a":[9007199254740993,-9007199254740993]}',
    '{"a":1e3,"b":1E-7,"c":0.1}',
    '{"a":123456789012345678901234567890}',
    '{"a":{"b":"1.0, 2.0"}}',
    '{"a":1e400}',
  ])('keeps the text of every number of %s', (text) => {
    expect(stringifyDocument(parseDocument(text))).toBe(text);
  });

  it('keeps plain numbers plain', () => {
    expect(parseDocument('{"a":443,"b":-4,"c":9007199254740991,"d":0.5}')).toEqual({
      a: 443,
      b: -4,
      c: 9007199254740991,
      d: 0.5,
    });
  });

  it('takes the last of duplicate keys', () => {
    expect(parseDocument('{"a":1,"a":2}')).toEqual({ a: 2 });
  });

  it.each(['', 'null', '[]', '1', '1.0', '"x"', '{', '{"a":}', '{"a":1}x', '\u0000'])('refuses %j', (text) => {
    expect(() => parseDocument(text)).toThrow(expect.objectContaining({ code: 'LINE_MALFORMED' }));
  });

  it('reads a nesting of 1,000 and refuses one more', () => {
    const nested = (depth: number): string => `${'{"a":'.repeat(depth)}1${'}'.repeat(depth)}`;
    expect(parseDocument(nested(1_000))).toBeTypeOf('object');
    expect(() => parseDocument(nested(1_001))).toThrow(expect.objectContaining({ code: 'LINE_TOO_DEEP' }));
  });

  it('gives an error of ours for a nesting of a million', () => {
    expect(() => parseDocument(`{"a":${'['.repeat(1_000_000)}${']'.repeat(1_000_000)}}`)).toThrow(AppError);
  });

  it('keeps numbers exact wherever they stand, with white space anywhere', () => {
    const space = fc.string({ unit: fc.constantFrom(' ', '\n', '\t', '\r'), maxLength: 2 });
    const number = fc.constantFrom('1.0', '-0', '1e3', '9007199254740993', '-12345678901234567', '0.10', '7', '-3');
    fc.assert(
      fc.property(
        fc.infiniteStream(space),
        fc.array(number, { minLength: 4, maxLength: 4 }),
        (spaces, [a, b, c, d]) => {
          const text = `{"a":${a},"t":"00:00:01.5","b":[${b},[${c}],{"":${d}}]}`;
          const spaced = text.replaceAll(/[{}[\],]|(?<="):/g, (mark) => {
            return `${spaces.next().value as string}${mark}${spaces.next().value as string}`;
          });
          expect(stringifyDocument(parseDocument(spaced))).toBe(text);
        },
      ),
      { numRuns: 500 },
    );
  });

  it('writes back what it read, for any JSON', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const text = JSON.stringify(value);
        expect(stringifyDocument(parseJson(text))).toBe(text);
      }),
      { numRuns: 500 },
    );
  });

  it('agrees with JSON.parse on any text of a number', () => {
    const digits = fc.string({ unit: fc.constantFrom(...'0123456789.eE+-'), maxLength: 24 });
    fc.assert(
      fc.property(digits, (text) => {
        let expected: unknown;
        try {
          expected = JSON.parse(`{"a":${text}}`);
        } catch {
          expect(() => parseDocument(`{"a":${text}}`)).toThrow(AppError);
          return;
        }
        const read: DocumentValue = parseDocument(`{"a":${text}}`);
        expect(stringifyDocument(read)).toBe(`{"a":${text}}`);
        expect(JSON.parse(stringifyDocument(read))).toEqual(expected);
      }),
      { numRuns: 1_000 },
    );
  });
});
