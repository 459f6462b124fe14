import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readAll } from '../../test/read-all.ts';
import { createMemoryObject } from '../objects/memory-object.ts';
import { detectFraming } from './detect-framing.ts';

/** Name, framing, lines, events and malformed lines that are read under it. */
const CASES = JSON.parse(readFileSync(new URL('../../test/framing-cases.json', import.meta.url), 'utf8')) as [
  string,
  string,
  string[],
  number,
  number,
][];

describe('detectFraming', () => {
  it.each(CASES)('votes on %s', async (_name, framing, lines, parsed, malformed) => {
    for (const separator of ['\n', '\r\n']) {
      for (const mark of ['', '\ufeff']) {
        const bytes = Buffer.from(mark + lines.join(separator));
        const { kind, counts } = await readAll(createMemoryObject('mem:x', bytes));
        expect(kind).toMatchObject({ kind: 'text', framing });
        expect(counts.lines).toMatchObject({ parsed, malformed });
      }
    }
  });

  it.each([
    ['a document on one line', `{"a":"${'x'.repeat(70_000)}"}\n`, 'ndjson'],
    ['a pretty-printed document', `{\n  "a":"${'x'.repeat(70_000)}"\n}\n`, 'concatenated'],
    ['a record with time and tag', `t\tx\t{"a":"${'x'.repeat(70_000)}"}\n`, 'tagged'],
    ['an entry of an array', `[ {"a":"${'x'.repeat(70_000)}"}]`, 'array'],
    ['a record of a wrapper', `{"Records":[{"a":"${'x'.repeat(70_000)}"}]}`, 'records'],
    ['a bulk document', `{"index":{}}\n{"a":"${'x'.repeat(70_000)}"}\n`, 'bulk'],
  ])('decides by the beginning where %s is longer than the head', (_name, text, framing) => {
    expect(detectFraming(Buffer.from(text).subarray(0, 65_536))).toEqual({ kind: 'framed', framing });
  });

  it('lets no few lines of another framing outvote the rest of the head', () => {
    const garbage = 'garbage\n{"x":1}\n'.repeat(50);
    const records = 't\tx\t{"a":1}\n'.repeat(60);
    expect(detectFraming(Buffer.from(garbage + records))).toEqual({ kind: 'framed', framing: 'tagged' });
    expect(detectFraming(Buffer.from(records + garbage))).toEqual({ kind: 'framed', framing: 'tagged' });
  });

  it('refuses foreign documents behind garbage, and in other framings', () => {
    const ocsf = '{"class_uid":1007,"category_uid":1,"metadata":{},"time":1}';
    for (const text of [`garbage\n${ocsf}\n${ocsf}\n`, `[${ocsf}]`, `{"Records":[${ocsf}]}`, `t\tx\t${ocsf}\n`]) {
      expect(detectFraming(Buffer.from(text))).toMatchObject({ kind: 'refused', name: 'OCSF' });
    }
  });

  it('takes any bytes, and decides the same of the same bytes', () => {
    const piece = fc.constantFrom(
      '{',
      '}',
      '[',
      ']',
      '"',
      '\\',
      '\n',
      ' ',
      ',',
      ':',
      '\t',
      '\0',
      '{"a":1}',
      '{"index":{}}',
      't\tx\t',
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 40 }), (pieces) => {
        const head = Buffer.from(pieces.join(''));
        expect(detectFraming(head)).toEqual(detectFraming(Buffer.from(head)));
      }),
      { numRuns: 1_000 },
    );
  });

  it.each([
    '{',
    '[',
    '{"',
    '{}',
    '{a}\n',
    '{{}',
    '\t',
    '\n',
    '\0',
    't\tx\t{',
    '[{',
    '{"index":{}}\n',
    '{"Records":[',
    ' ',
    '"class_uid":1',
  ])('reads a head full of %j in bounded time', (piece) => {
    const head = Buffer.alloc(65_536, piece);
    expect(detectFraming(head)).toHaveProperty('kind');
    expect(detectFraming(Buffer.concat([Buffer.from('{'), head]).subarray(0, 65_536))).toHaveProperty('kind');
  });
});
