import type { LineLiteral } from '@coldhunt/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { referenceScan } from '../test/reference-scan.ts';
import { createLineFilter, createLineScan } from './create-line-filter.ts';

const bytesOf = (text: string): Buffer => Buffer.from(text, 'latin1');

function scan(text: string, literals: readonly LineLiteral[]): ReturnType<typeof referenceScan> {
  const found = createLineScan();
  const block = bytesOf(`xx${text}aa`);
  createLineFilter(literals).scan(block, 2, block.length - 2, found);
  const lines = Array.from(
    { length: found.count },
    (_, index) => [(found.starts[index] as number) - 2, (found.ends[index] as number) - 2] as const,
  );
  return { searched: found.searched, blank: found.blank, lines };
}

// A small alphabet, so that literals do stand in lines, overlap and begin alike.
const piece = fc.string({ unit: fc.constantFrom('a', 'b', 'A', '\\', 'u', '0', 'é'), minLength: 1, maxLength: 8 });
const text = fc
  .array(
    fc.oneof({ weight: 4, arbitrary: piece }, fc.constantFrom('\n', '{', '}', ' ', '\0', '\r\n', '\t', '\n{a}\n')),
    {
      maxLength: 60,
    },
  )
  .map((pieces) => pieces.join(''));
const literal = fc.record({ bytes: piece.map(bytesOf), ignoreCase: fc.boolean() });

describe('createLineFilter', () => {
  it.each([
    ['lists a line that holds a literal', '{"a":"hit"}\n{"a":"miss"}\n', [[0, 11]], 1, 0],
    ['lists the last line without a line feed', '{"a":1}\n{"a":"hit"}', [[8, 19]], 1, 0],
    ['lists a torn line', '{"a":1\n{"a":1}\n', [[0, 6]], 1, 0],
    ['counts blank lines', '\n \t\r\n{}\n', [], 1, 2],
    ['accepts white space around braces', ' {"a":1} \r\n', [], 1, 0],
    ['accepts NUL bytes around braces', '\0\0 \0{"a":1}\0\r\n', [], 1, 0],
    ['lists a line of NUL bytes alone', '\0\0\0\n', [[0, 3]], 0, 0],
    [
      'does not take one brace for two',
      '{\n}\n',
      [
        [0, 1],
        [2, 3],
      ],
      0,
      0,
    ],
    [
      'gives a line with several literals once',
      '{hit hit hit}\n{hit}\n',
      [
        [0, 13],
        [14, 19],
      ],
      0,
      0,
    ],
  ] as const)('%s', (_name, given, lines, searched, blank) => {
    expect(scan(given, [{ bytes: bytesOf('hit'), ignoreCase: false }])).toEqual({ lines, searched, blank });
  });

  it('agrees with its slow twin for any text and literals', () => {
    fc.assert(
      fc.property(text, fc.array(literal, { maxLength: 12 }), (given, literals) => {
        expect(scan(given, literals)).toEqual(referenceScan(given, literals));
      }),
      { numRuns: 1_500 },
    );
  });

  it('agrees with its slow twin for literals that share a beginning', () => {
    const escapes = fc
      .array(fc.tuple(fc.constantFrom('0', 'a', 'b'), fc.constantFrom('0', 'a', 'b')), { minLength: 3, maxLength: 6 })
      .map((tails) => tails.map((tail) => ({ bytes: bytesOf(`\\u00${tail.join('')}`), ignoreCase: false })));
    fc.assert(
      fc.property(text, escapes, (given, literals) => {
        expect(scan(given, literals)).toEqual(referenceScan(given, literals));
      }),
      { numRuns: 500 },
    );
  });

  it('says whether a literal stands in a part of a block', () => {
    fc.assert(
      fc.property(text, fc.array(literal, { maxLength: 6 }), fc.nat(40), fc.nat(40), (given, literals, a, b) => {
        const block = bytesOf(given);
        const from = Math.min(a, b, block.length);
        const to = Math.min(Math.max(a, b), block.length);
        const part = given.slice(from, to).replaceAll('\n', '~');
        const { lines } = referenceScan(`{${part}}`, literals);
        const escaped = literals.filter((entry) => !Buffer.from(entry.bytes).includes('\n'));
        expect(createLineFilter(escaped).mayHold(block, from, to)).toBe(lines.length > 0);
      }),
      { numRuns: 500 },
    );
  });

  it('grows its lists beyond their first size', () => {
    expect(scan('x\n'.repeat(1_000), []).lines).toHaveLength(1_000);
  });

  it('refuses an empty literal', () => {
    expect(() => createLineFilter([new Uint8Array()])).toThrow('an empty literal');
  });
});
