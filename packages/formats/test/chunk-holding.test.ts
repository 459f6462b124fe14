// However long a line is, and whatever the text holds: no more than a few chunks of it are held at a time.

import { describe, expect, it } from 'vitest';
import type { ByteRange, ChunkMemory, LineFilter } from '@coldhunt/core';
import { createMemoryObject } from '../src/objects/memory-object.ts';
import { openObject } from '../src/open-object.ts';
import { createPlainFilter } from './plain-filter.ts';

const CHUNK = 64;
/** One is worked on, one is held back, one carried over. */
const MOST_HELD = 3;
const EVENT = '{"a":"b"}\n';
const FILTER = createPlainFilter('nothing has it');

/** Reads a text whose chunks are lent; gives how many were out at once, and what was counted. */
async function read(
  text: string,
  range: ByteRange | null,
  filter: LineFilter | null,
): Promise<{ readonly most: number; readonly lines: Readonly<Record<string, number>> }> {
  let out = 0;
  let most = 0;
  const lent = new Set<ArrayBufferLike>();
  const memory: ChunkMemory = {
    lend(length) {
      const chunk = Buffer.allocUnsafeSlow(length);
      lent.add(chunk.buffer);
      out += 1;
      most = Math.max(most, out);
      return chunk;
    },
    giveBack(chunk) {
      if (lent.delete(chunk.buffer)) out -= 1;
    },
  };
  const bytes = Buffer.from(text);
  const object = createMemoryObject('mem:x.ndjson', bytes);
  const lending: typeof object = {
    ...object,
    async *stream({ from, to }, _signal, given) {
      for (let at = from; at < to; at += CHUNK) {
        const part = bytes.subarray(at, Math.min(to, at + CHUNK));
        const chunk = given?.lend(part.length) ?? Buffer.alloc(part.length);
        chunk.set(part);
        yield chunk;
      }
    },
  };
  const reading = await openObject(lending, {
    range,
    fields: [],
    requirement: { kind: 'all', of: [] },
    lineFilter: filter,
    maxLineBytes: 1024,
    memory,
  });
  for await (const batch of reading.batches()) void batch;
  expect(out).toBe(0);
  return { most, lines: reading.counts.lines };
}

const LONG = `{"a":"${'x'.repeat(200_000)}"}\n`;

describe('the chunks of a text', () => {
  it.each([
    ['a line beyond the limit', `${EVENT}${LONG}${EVENT}`, null, 1],
    ['a text that is one line beyond the limit', LONG, null, 1],
    ['a line beyond the limit without an end', `${EVENT}${LONG.trimEnd()}`, null, 1],
    ['empty lines', `${EVENT}${'\n'.repeat(200_000)}${EVENT}`, null, 0],
    ['a line that another shard owns', `${LONG}${EVENT.repeat(20)}`, { from: 100, to: 200_200 }, 0],
    ['a line that begins in the range and ends far behind it', `${EVENT}${LONG}${EVENT}`, { from: 0, to: 300 }, 1],
    ['usual lines', EVENT.repeat(20_000), null, 0],
  ] as const)('of %s are given back as they are passed', async (_name, text, range, tooLong) => {
    const { most, lines } = await read(text, range, FILTER);
    expect(most).toBeLessThanOrEqual(MOST_HELD);
    expect(lines['malformed']).toBe(tooLong);
  });
});
