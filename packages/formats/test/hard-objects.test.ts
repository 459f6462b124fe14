// What broke readers of event archives elsewhere: whole objects in memory, expansion without bounds, a name that lies about the content.

import { gzipSync, zstdCompressSync } from 'node:zlib';
import { NO_REQUIREMENT, sha256Hex, type ObjectReader } from '@coldhunt/core';
import { describe, expect, it } from 'vitest';
import { createMemoryObject } from '../src/objects/memory-object.ts';
import { openObject } from '../src/open-object.ts';
import { writeWithDuckdb } from './parquet/write-with-duckdb.ts';
import { createPlainFilter } from './plain-filter.ts';
import { readAll } from './read-all.ts';

const MIB = 1024 * 1024;
const COUNT = 4_000;
// Digests hardly compress, so that the stored bytes are long as well.
const DOCUMENTS = Array.from({ length: COUNT }, (_, n) => {
  const digests = Array.from({ length: 20 }, (_digest, part) => sha256Hex(`${n} ${part}`));
  return `{"n":${n},"h":"${digests.join('')}"}`;
});

const FRAMINGS: readonly (readonly [string, string])[] = [
  ['ndjson', DOCUMENTS.join('\n')],
  ['concatenated', DOCUMENTS.join('')],
  ['array', `[${DOCUMENTS.join(',')}]`],
  ['records', `{"Records":[${DOCUMENTS.join(',')}]}`],
  ['tagged', DOCUMENTS.map((json) => `t\tx\t${json}`).join('\n')],
  ['bulk', DOCUMENTS.map((json) => `{"index":{}}\n${json}`).join('\n')],
];

const COMPRESSIONS: readonly (readonly [string, (bytes: Buffer) => Buffer])[] = [
  ['none', (bytes) => bytes],
  ['gzip', (bytes) => gzipSync(bytes)],
  ['zstd', (bytes) => zstdCompressSync(bytes)],
];

describe.each(COMPRESSIONS)('a large object (%s)', (compression, compress) => {
  it.each(FRAMINGS)('is streamed: events are given while most of it is not read (%s)', async (framing, text) => {
    const bytes = compress(Buffer.from(text));
    expect(bytes.length).toBeGreaterThan(MIB);
    let read = 0;
    const memory = createMemoryObject('mem:x', bytes, { chunkBytes: 64 * 1024 });
    const object: ObjectReader = {
      ...memory,
      async *stream(range, signal, chunks) {
        for await (const chunk of memory.stream(range, signal, chunks)) {
          read += chunk.length;
          yield chunk;
        }
      },
    };
    const options = {
      range: null,
      fields: null,
      requirement: NO_REQUIREMENT,
      lineFilter: null,
      maxLineBytes: 16 * MIB,
    };
    const reading = await openObject(object, options);
    expect(reading.kind).toEqual({ kind: 'text', compression, framing });
    let readAtFirst = 0;
    let next = 0;
    for await (const batch of reading.batches()) {
      readAtFirst ||= read;
      expect(batch.length).toBeLessThanOrEqual(512);
      for (const event of batch) {
        const { n } = await event.document();
        expect(Number(n)).toBe(next);
        next += 1;
      }
    }
    expect(next).toBe(COUNT);
    expect(readAtFirst).toBeLessThan(bytes.length / 2);
  });

  it.each([COUNT, 1_300])(
    'gives the same where its memory is freed behind the search (%i documents)',
    async (count) => {
      const documents = DOCUMENTS.slice(0, count);
      const bytes = compress(Buffer.from(documents.join('\n')));
      const lineFilter = createPlainFilter('"n":19', '"n":1234,');
      const { events, counts, code } = await readAll(createMemoryObject('mem:x', bytes), { lineFilter });
      const wanted = documents.filter((json) => /"n":(?:19|1234,)/.test(json));
      const found = new Set(events.map(({ json }) => json));
      expect(wanted.filter((json) => !found.has(json))).toEqual([]);
      expect(events.every((event) => event.bytes === event.json)).toBe(true);
      expect(counts.lines).toMatchObject({ read: count, malformed: 0, searched: count - events.length });
      expect(code).toBe(null);
    },
  );
});

describe('expansion', () => {
  const text = Buffer.from(DOCUMENTS.slice(0, 2_000).join('\n'));

  it.each(COMPRESSIONS.slice(1))('has a limit that is met to the byte (%s)', async (_name, compress) => {
    const object = createMemoryObject('mem:x', compress(text));
    const within = await readAll(object, { maxDecompressedBytes: text.length });
    expect([within.code, within.events.length]).toEqual([null, 2_000]);
    expect((await readAll(object, { maxDecompressedBytes: text.length - 1 })).code).toBe('EXPANSION_LIMIT');
  });

  it.each(COMPRESSIONS.slice(1))(
    'by more than a ratio is refused long before its end (%s)',
    async (_name, compress) => {
      const bomb = compress(Buffer.alloc(120 * MIB, '\n'));
      const { code, counts } = await readAll(createMemoryObject('mem:x', bomb));
      expect(code).toBe('EXPANSION_LIMIT');
      expect(counts.decompressedBytes).toBeLessThan(80 * MIB);
    },
  );

  it('is refused where a zstd frame asks for a window of gigabytes', async () => {
    const line = Buffer.from('{"a":1}\n');
    const frame = (windowLog: number): Buffer =>
      Buffer.concat([
        Buffer.from([0x28, 0xb5, 0x2f, 0xfd, 0, (windowLog - 10) << 3, (line.length << 3) | 1, 0, 0]),
        line,
      ]);
    expect((await readAll(createMemoryObject('mem:x', frame(27)))).events).toHaveLength(1);
    expect((await readAll(createMemoryObject('mem:x', frame(31)))).code).toBe('EXPANSION_LIMIT');
  });
});

describe('a name that lies', () => {
  it.each([
    ['events.json.gz', 'none', Buffer.from('{"a":1}\n')],
    ['events.json', 'gzip', gzipSync('{"a":1}\n')],
    ['00_00_00.gz-apwgylqg', 'zstd', zstdCompressSync('{"a":1}\n')],
    ['events.parquet', 'none', Buffer.from('{"a":1}\n')],
  ])('is not asked (%s)', async (name, compression, bytes) => {
    const { kind, events } = await readAll(createMemoryObject(`mem:${name}`, bytes));
    expect(kind).toEqual({ kind: 'text', compression, framing: 'ndjson' });
    expect(events).toHaveLength(1);
  });

  it.each(COMPRESSIONS.slice(1))('may hide Parquet within a compression (%s)', async (compression, compress) => {
    const file = await writeWithDuckdb(`SELECT 1 AS a UNION ALL SELECT 2`);
    const { kind, events } = await readAll(createMemoryObject('mem:x.parquet', compress(file)));
    expect(kind).toEqual({ kind: 'parquet', compression });
    expect(events.map(({ json }) => json)).toEqual(['{"a":1}', '{"a":2}']);
  });
});
