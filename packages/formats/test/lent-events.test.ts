// Events that end with their batch point into memory that is used again: within the batch they say what events say that last.

import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { NO_REQUIREMENT, parseFieldPath, type ChunkMemory, type ObjectReader } from '@coldhunt/core';
import { createMemoryObject } from '../src/objects/memory-object.ts';
import { openObject } from '../src/open-object.ts';
import type { SourceEvent } from '../src/reading.ts';
import { readAll } from './read-all.ts';

const FIELDS = ['a', 'b.c', '@timestamp'].map((name) => parseFieldPath(name));

/** What is given back is overwritten at once. */
function createScribbler(): ChunkMemory {
  return { lend: (length) => Buffer.allocUnsafeSlow(length), giveBack: (chunk) => void chunk.fill(0x23) };
}

/** Reads into the memory that it is given, a few bytes at a time. */
function lending(bytes: Buffer, chunkBytes: number): ObjectReader {
  return {
    ...createMemoryObject('mem:x', bytes),
    async *stream({ from, to }, _signal, memory) {
      for (let at = from; at < to; at += chunkBytes) {
        const part = bytes.subarray(at, Math.min(to, at + chunkBytes));
        const chunk = memory?.lend(part.length) ?? Buffer.alloc(part.length);
        chunk.set(part);
        yield chunk;
      }
    },
  };
}

const anyLine = fc.oneof(
  { weight: 6, arbitrary: fc.record({ a: fc.string({ maxLength: 30 }), b: fc.record({ c: fc.string() }) }) },
  {
    weight: 1,
    arbitrary: fc.constantFrom({ '@timestamp': '2026-02-01T00:00:00Z' }, { _source: { a: 'x' }, _id: '1' }),
  },
);
const anyText = fc
  .array(
    fc.oneof({ weight: 8, arbitrary: anyLine.map((each) => JSON.stringify(each)) }, fc.constantFrom('', '{"a":', 'x')),
    {
      maxLength: 12,
    },
  )
  .map((lines) => lines.join('\n'));

it('gives the same events, whatever becomes of the memory afterwards', async () => {
  await fc.assert(
    fc.asyncProperty(anyText, fc.integer({ min: 5, max: 300 }), fc.boolean(), async (text, chunkBytes, isPacked) => {
      const bytes = isPacked ? gzipSync(text) : Buffer.from(text);
      const kept = await readAll(createMemoryObject('mem:x', bytes), { fields: FIELDS });
      const lent = await readAll(lending(bytes, chunkBytes), {
        fields: FIELDS,
        memory: createScribbler(),
        eventsEndWithBatch: true,
      });
      expect(lent).toEqual(kept);
    }),
    { numRuns: 400 },
  );
});

it('says so when an event is asked after its batch', async () => {
  const text = '{"a":"first"}\n'.repeat(100);
  const read = async (eventsEndWithBatch: boolean): Promise<SourceEvent> => {
    const events: SourceEvent[] = [];
    const reading = await openObject(createMemoryObject('mem:x', Buffer.from(text)), {
      range: null,
      fields: FIELDS,
      requirement: NO_REQUIREMENT,
      lineFilter: null,
      maxLineBytes: 1_000,
      eventsEndWithBatch,
    });
    for await (const batch of reading.batches()) events.push(...batch);
    return events[10] as SourceEvent;
  };
  const [a] = FIELDS;
  if (a === undefined) throw new Error('no field');
  expect((await read(false)).view.values(a)).toEqual(['first']);
  const ended = await read(true);
  expect(() => ended.view.values(a)).toThrow('asked after its batch');
});
