// Torn documents: only what is torn may be lost, and where more may be lost the object fails.

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readAll } from '../../test/read-all.ts';
import { createMemoryObject } from '../objects/memory-object.ts';
import { DocumentSplitter, type FramedDocument, type FramingFault } from './document-splitter.ts';

const MIB = 1024 * 1024;

interface Split {
  readonly documents: readonly (readonly [number, string])[];
  readonly faults: readonly FramingFault[];
  readonly lostFrom: number | null;
}

function split(text: string, chunkBytes: number, maxLineBytes = MIB): Split {
  const bytes = Buffer.from(text);
  const splitter = new DocumentSplitter({ framing: 'concatenated', maxLineBytes });
  const found: (FramedDocument | FramingFault)[] = [];
  for (let at = 0; at < bytes.length; at += chunkBytes) {
    // Chunks are overwritten once the next one is asked for.
    const chunk = Buffer.from(bytes.subarray(at, at + chunkBytes));
    for (const entry of splitter.push(chunk, at)) {
      found.push('bytes' in entry ? { ...entry, bytes: Buffer.from(entry.bytes) } : entry);
    }
    chunk.fill(0x7b);
  }
  found.push(...splitter.end(bytes.length));
  return {
    documents: found.flatMap((entry) => ('bytes' in entry ? [[entry.offset, entry.bytes.toString()] as const] : [])),
    faults: found.flatMap((entry) => ('bytes' in entry ? [] : [entry])),
    lostFrom: splitter.lostFrom,
  };
}

const word = fc.string({
  unit: fc.constantFrom('a', '{', '}', '[', ']', '"', '\\', '\n', ',', ':', ' ', '\0', 'é', '1'),
  maxLength: 6,
});
const value = fc.letrec((tie) => ({
  any: fc.oneof(
    { maxDepth: 3, withCrossShrink: true },
    word,
    fc.constantFrom(0, -1.5e3, true, false, null),
    fc.array(tie('any'), { maxLength: 3 }),
    fc.dictionary(word, tie('any'), { maxKeys: 3 }),
  ),
})).any;
const event = fc.tuple(fc.nat(99), fc.dictionary(word, value, { maxKeys: 4 })).map(([id, more]) => ({ id, ...more }));
/** A document, and where it is torn; null: it is whole. */
const entry = fc.tuple(event, fc.option(fc.nat(), { freq: 2 }));

/** The text of the entries, and its whole documents. `glue`: what stands behind a torn document. */
function write(
  entries: readonly (readonly [unknown, number | null])[],
  print: (document: unknown) => string,
  { glue, end }: { readonly glue: string; readonly end: string },
): { text: string; whole: (readonly [number, string])[]; torn: number } {
  const whole: (readonly [number, string])[] = [];
  let text = '';
  let torn = 0;
  for (const [document, tear] of entries) {
    const printed = print(document);
    if (tear === null) {
      whole.push([Buffer.byteLength(text), printed]);
      text += printed + end;
    } else {
      torn += 1;
      text += printed.slice(0, 1 + (tear % (printed.length - 1))) + glue;
    }
  }
  return { text, whole, torn };
}

const chunkBytes = fc.oneof(fc.constant(MIB), fc.integer({ min: 1, max: 40 }));

describe('torn documents', () => {
  it('are lost alone in a pretty-printed text, wherever they are torn', () => {
    fc.assert(
      fc.property(
        fc.array(entry, { minLength: 1, maxLength: 8 }),
        fc.constantFrom(' ', '  ', '    ', '\t'),
        fc.constantFrom('\n', '\r\n', '\n\n'),
        fc.constantFrom('', '\n', '\0\0\0', '\0\n'),
        chunkBytes,
        (entries, indent, end, glue, length) => {
          const print = (document: unknown): string => JSON.stringify(document, null, indent);
          const { text, whole, torn } = write(entries, print, { glue, end });
          const result = split(text, length);
          expect(result.documents).toEqual(whole);
          expect(result.faults.length).toBeLessThanOrEqual(torn);
          expect(result.faults.length > 0).toBe(torn > 0);
          expect(result.lostFrom).toBe(null);
        },
      ),
      { numRuns: 600 },
    );
  });

  it('are lost alone where each document has a line of its own', () => {
    fc.assert(
      fc.property(fc.array(entry, { maxLength: 8 }), event, chunkBytes, (entries, first, length) => {
        const options = { glue: '\n', end: '\n' };
        const { text, whole, torn } = write([[first, null], ...entries], JSON.stringify, options);
        const result = split(text, length);
        expect(result.documents).toEqual(whole);
        expect(result.faults.length).toBe(torn);
        expect(result.lostFrom).toBe(null);
      }),
      { numRuns: 300 },
    );
  });

  it('are lost with no more than the next one where nothing stands between documents', () => {
    fc.assert(
      fc.property(
        fc.array(event, { minLength: 2, maxLength: 8 }),
        fc.nat(),
        fc.nat(),
        chunkBytes,
        (events, which, tear, length) => {
          const index = which % (events.length - 1);
          const entries = events.map((document, at) => [document, at === index ? tear : null] as const);
          const { text, whole } = write(entries, JSON.stringify, { glue: '', end: '' });
          const result = split(text, length);
          const next = whole[index];
          expect(result.documents.filter(([offset]) => offset !== next?.[0]).slice(0, index)).toEqual(
            whole.slice(0, index),
          );
          expect(result.documents.slice(-(whole.length - index - 1) || result.documents.length)).toEqual(
            whole.slice(index + 1),
          );
          expect(result.faults.length).toBeGreaterThan(0);
        },
      ),
      { numRuns: 300 },
    );
  });

  it('do not depend on how the text is cut into chunks', () => {
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
      '\0',
      '{"a":',
      '{\n  "a"',
      '\n}\n',
      'x',
      '1',
    );
    fc.assert(
      fc.property(
        fc.array(piece, { maxLength: 30 }).map((pieces) => pieces.join('')),
        fc.integer({ min: 1, max: 9 }),
        fc.constantFrom(4, 12, MIB),
        (text, length, maxLineBytes) => {
          expect(split(text, length, maxLineBytes)).toEqual(split(text, MIB, maxLineBytes));
        },
      ),
      { numRuns: 2_000 },
    );
  });

  it('may have nested objects in column 0 where nothing is indented', () => {
    const document = '{\n"a": [\n{\n"b": 1\n},\n{}\n],\n"c":\n{\n"d": {}\n}\n}';
    const { documents, faults } = split(`${document}\n${document}\n`, MIB);
    expect(documents.map(([, text]) => text)).toEqual([document, document]);
    expect(faults).toEqual([]);
  });
});

describe('a text whose documents cannot be told apart any more', () => {
  it.each([
    ['an array torn in a document', '[{"a":1},{"a":{"x":1,{"a":2},{"a":3}]', 1],
    ['an array that ends in a document', '[{"a":1},{"a":[{"a":2},{"a":3}]', 1],
    ['an array with a torn string', '[{"a":1},\n{"a":"x},\n{"a":2}]', 1],
    ['an array with an entry that may hold documents', '[{"a":1},"x,{"a":2},{"a":3}]', 1],
    ['records torn in a document', '{"Records":[{"a":1},{"a":{"x":1,{"a":2},{"a":3}]}', 1],
    ['documents with commas between, torn', '{"a":1},{"a":[1,{"a":2},{"a":3}', 1],
    ['a torn document longer than the limit', `{"a":1}{"a":1}{"a":"${'x'.repeat(2_000)}\n{"a":2}{"a":3}`, 4],
    ['a last document longer than the limit, without end', `{"a":1}{"a":2}{"a":"${'x'.repeat(2_000)}`, 2],
    ['text without end behind documents', `{"a":1}{"a":2}${'text '.repeat(400)}`, 2],
  ])('fails (%s)', async (_name, text, parsed) => {
    const { code, counts, events } = await readAll(createMemoryObject('mem:x', Buffer.from(text)), {
      maxLineBytes: 1_000,
    });
    expect(code).toBe('FRAMING_LOST');
    expect(events).toHaveLength(parsed);
    expect(counts.lines.malformed).toBeGreaterThan(0);
    expect(counts.lines.read).toBe(parsed + counts.lines.malformed);
  });

  it.each([
    ['a last document without end', '{"a":1}{"a":2}{"a":', 1],
    ['a document beyond the limit that ends', `{"a":1}{"a":2}{"a":"${'x'.repeat(2_000)}"}{"a":3}`, 1],
    ['an array without end', '[{"a":1},{"a":2}', 1],
    ['text behind an array', '[{"a":1}] the end', 1],
  ])('does not mean %s', async (_name, text, malformed) => {
    const { code, counts } = await readAll(createMemoryObject('mem:x', Buffer.from(text)), { maxLineBytes: 1_000 });
    expect(code).toBe(null);
    expect(counts.lines.malformed).toBe(malformed);
  });
});
