// Events whose values WebAssembly finds, line after line where they were read, say what parsed events say: whatever the lines, and however
// the object is cut into chunks.

import {
  createFieldTable,
  NO_REQUIREMENT,
  parseFieldPath,
  scalarText,
  type ChunkMemory,
  type ObjectReader,
} from '@coldhunt/core';
import { DocumentScanner, openObject } from '@coldhunt/formats';
import { createLineSearch } from '@coldhunt/search';
import fc from 'fast-check';
import { expect, it } from 'vitest';

const FIELDS = ['@timestamp', 'event.category', 'process.name', 'process.args', 'process.pid', 'message'].map((name) =>
  parseFieldPath(name),
);
const TABLE = createFieldTable(FIELDS.toReversed());
const search = createLineSearch();
const scanner = new DocumentScanner(FIELDS, search.finder);

/** Lends `memory`, a few bytes at a time. */
function objectOf(bytes: Buffer, chunkBytes: number): ObjectReader {
  return {
    uri: 'mem:x',
    etag: '"x"',
    versionId: null,
    size: bytes.length,
    bytes: async ({ from, to }) => bytes.subarray(from, to),
    async *stream({ from, to }, _signal, memory: ChunkMemory | undefined) {
      for (let at = from; at < to; at += chunkBytes) {
        const part = bytes.subarray(at, Math.min(to, at + chunkBytes));
        const chunk = memory?.lend(part.length) ?? Buffer.alloc(part.length);
        chunk.set(part);
        yield chunk;
      }
    },
  };
}

async function tellAll(bytes: Buffer, chunkBytes: number, options: { readonly isFound: boolean }): Promise<unknown> {
  const reading = await openObject(objectOf(bytes, chunkBytes), {
    range: null,
    fields: options.isFound ? FIELDS : null,
    scanner: options.isFound ? scanner : null,
    requirement: NO_REQUIREMENT,
    lineFilter: null,
    memory: options.isFound ? search.memory : null,
    eventsEndWithBatch: true,
    maxLineBytes: 300,
    timeField: FIELDS[0] as (typeof FIELDS)[number],
  });
  const told: unknown[] = [];
  for await (const batch of reading.batches()) {
    for (const event of batch) {
      const { view } = event;
      const values = FIELDS.map((path) => view.values(path).map((value) => `${typeof value} ${scalarText(value)}`));
      const gathered: string[] = [];
      view.gather(TABLE, (number, value) => gathered.push(`${number} ${scalarText(value)}`));
      if (event.position % 3 === 0) told.push(await event.document());
      told.push([
        values,
        gathered.toSorted(),
        event.position,
        event.isSample,
        event.envelope,
        await event.coordinates(),
      ]);
    }
  }
  const { lines, envelopes, malformedSamples, decompressedBytes } = reading.counts;
  return { told, lines, envelopes, malformedSamples, decompressedBytes };
}

const event = fc.record(
  {
    '@timestamp': fc.constantFrom('2026-02-01T00:00:00Z', '2026-02-01T00:00:01.5Z', 0),
    message: fc.constantFrom('Endpoint process event', '{"event":{"kind":"x"}}', ''),
    event: fc.record({ category: fc.constantFrom('process', ['process'], ['file', 'process'], null, [[1]]) }),
    process: fc.record(
      {
        name: fc.constantFrom('a.exe', 'b', 'ü', 'C:\\x'),
        args: fc.array(fc.string({ maxLength: 12 }), { maxLength: 3 }),
        pid: fc.constantFrom(1, 2, 1.5, 1e30, '1', true),
        other: fc.anything({ maxDepth: 2 }),
      },
      { requiredKeys: [] },
    ),
    'process.name': fc.constant('dotted'),
  },
  { requiredKeys: ['event'] },
);
const odd = fc.constantFrom(
  '',
  ' ',
  '{',
  '{"a":1}{"a":2}',
  '{"a":1} ',
  ' {"message":"x"}',
  '\0{"a":1}',
  '{"a":"\\x"}',
  'x',
  '\uFEFF{}',
  '{"_source":{"message":"y"},"_id":"1"}',
  `{"message":"${'x'.repeat(300)}"}`,
  '{"message":1,"message":2}',
);
const text = fc
  .array(
    fc.tuple(
      fc.oneof({ weight: 7, arbitrary: event.map((each) => JSON.stringify(each)) }, { weight: 1, arbitrary: odd }),
      fc.constantFrom('\n', '\n', '\n', '\r\n', '\n\n'),
    ),
    { maxLength: 14 },
  )
  .map((lines) => lines.flat().join(''));

it('says of found events what it says of parsed ones', async () => {
  await fc.assert(
    fc.asyncProperty(text, fc.integer({ min: 5, max: 900 }), fc.boolean(), async (lines, chunkBytes, isOpen) => {
      const bytes = Buffer.from(isOpen ? lines.trimEnd() : lines);
      expect(await tellAll(bytes, chunkBytes, { isFound: true })).toEqual(
        await tellAll(bytes, chunkBytes, { isFound: false }),
      );
    }),
    { numRuns: 500 },
  );
});
