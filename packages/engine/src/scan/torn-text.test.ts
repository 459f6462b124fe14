// Damaged text through the real search: what the prefilter rules out and what is parsed must add up the same with and without it.

import fc from 'fast-check';
import { createMemoryObject, openObject } from '@coldhunt/formats';
import { createLineSearch } from '@coldhunt/search';
import { NO_REQUIREMENT, type LineFilter } from '@coldhunt/core';
import { describe, expect, it } from 'vitest';

interface Read {
  readonly hits: readonly { readonly offset: number; readonly text: string }[];
  readonly lines: { read: number; searched: number; parsed: number; malformed: number; blank: number };
}

/** The events that hold the literal, and the counts. */
async function read(text: string, lineFilter: LineFilter | null): Promise<Read> {
  const options = { range: null, fields: null, requirement: NO_REQUIREMENT, lineFilter, maxLineBytes: 1_000 };
  const reading = await openObject(createMemoryObject('mem:x', Buffer.from(text)), options);
  const hits: { offset: number; text: string }[] = [];
  for await (const batch of reading.batches()) {
    for (const event of batch) {
      const line = Buffer.from(await event.bytes()).toString();
      if (line.includes('hit')) hits.push({ offset: event.position, text: line });
    }
  }
  return { hits, lines: { ...reading.counts.lines } };
}

const NULS = fc.constantFrom('', '', '\0', '\0\0\0\0', '\0 \0', ' ');
const DOCUMENT = fc.constantFrom('{"a":"hit"}', '{"a":1}', '{"b":{"c":"hit"}}', '{}');
const TORN = fc.constantFrom('', '', '', '{"a":"torn', '{"a":', 'hit"}', 'text');
const line = fc
  .tuple(TORN, NULS, DOCUMENT, NULS)
  .map(([torn, before, document, behind]) => (torn === '' ? '' : `${torn}\0`) + before + document + behind);

describe.each([true, false])('lines with NULs and torn documents (WebAssembly: %s)', (wasm) => {
  const search = createLineSearch({ wasm });

  it('give the same hits with the search before them as without, and their lines add up', async () => {
    const filter = search.filter({ literals: [{ bytes: Buffer.from('hit'), ignoreCase: false }], conditions: [] });
    await fc.assert(
      fc.asyncProperty(fc.array(fc.oneof(line, NULS), { maxLength: 12 }), async (lines) => {
        const text = `{"first":1}\n${lines.join('\n')}\n{"last":1}\n`;
        const searched = await read(text, filter);
        const whole = await read(text, null);
        expect(searched.hits).toEqual(whole.hits);
        expect(whole.lines.searched).toBe(0);
        for (const { lines: counts } of [searched, whole]) {
          expect(counts.searched + counts.parsed + counts.malformed + counts.blank).toBe(counts.read);
          expect(counts.blank).toBe(whole.lines.blank);
        }
        for (const { offset, text: hit } of whole.hits) expect(text.slice(offset, offset + hit.length)).toBe(hit);
      }),
      { numRuns: 300 },
    );
  });
});
