// Objects of an archive: every framing, compression and Parquet, read to the end with all that is told of each event.

import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync, zstdCompressSync } from 'node:zlib';
import { NO_REQUIREMENT } from '@coldhunt/core';
import { createMemoryObject, openObject } from '@coldhunt/formats';
import { writeParquet, type ParquetCodec } from '../../generator/parquet-writer.ts';
import { bytesOf, type FuzzTarget } from '../target.ts';

const DOCUMENTS = Array.from({ length: 40 }, (_, number) =>
  JSON.stringify({
    '@timestamp': `2026-02-01T00:00:${String(number).padStart(2, '0')}.5Z`,
    n: number,
    process: { args: ['a', 'ü\u0001', String(number)], pid: number * 1e15 },
    ratio: number / 7,
    labels: [{ k: 'v' }, null],
  }),
);
const CODECS: readonly ParquetCodec[] = ['uncompressed', 'snappy', 'zstd', 'gzip'];
/** What a small input may expand to before it is refused. */
const MOST_BYTES = 64 * 1024 * 1024;

const FRAMINGS = [
  DOCUMENTS.join('\n'),
  DOCUMENTS.join(''),
  `[${DOCUMENTS.join(',\n')}]`,
  `{"Records":[${DOCUMENTS.join(',')}]}`,
  DOCUMENTS.map((json) => `2026-02-01T00:00:00Z\ttag\t${json}`).join('\n'),
  DOCUMENTS.map((json) => `{"index":{"_id":"x","_index":"i"}}\n${json}`).join('\n'),
  DOCUMENTS.map((json) => `{"_index":"i","_id":"x","_source":${json}}`).join('\n'),
  JSON.stringify(JSON.parse(`[${DOCUMENTS.slice(0, 5).join(',')}]`), null, 2),
];

async function readWhole(bytes: Uint8Array): Promise<void> {
  for (const chunkBytes of [1024 * 1024, 777]) {
    const reading = await openObject(createMemoryObject('mem:x', Buffer.from(bytes), { chunkBytes }), {
      range: null,
      fields: null,
      requirement: NO_REQUIREMENT,
      lineFilter: null,
      maxLineBytes: 1024 * 1024,
      maxDecompressedBytes: MOST_BYTES,
      // Long pages are read in slices: here all of them are long.
      ...(chunkBytes === 777 ? { longPages: { longPageBytes: 0, sliceBytes: 100 } } : {}),
    });
    for await (const batch of reading.batches()) {
      for (const event of batch) {
        await event.document();
        await event.coordinates();
      }
    }
  }
}

async function parquetFiles(): Promise<readonly Uint8Array[]> {
  const folder = await mkdtemp(join(tmpdir(), 'coldhunt-fuzz-'));
  try {
    return await Promise.all(
      CODECS.map(async (codec) => {
        const path = join(folder, `${codec}.parquet`);
        await writeParquet(path, DOCUMENTS.join('\n'), { codec });
        return readFile(path);
      }),
    );
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Writes the Parquet files that are altered. */
export async function readerTargets(): Promise<readonly FuzzTarget[]> {
  const texts = bytesOf(FRAMINGS);
  return [
    {
      name: 'text',
      corpus: texts,
      tokens: ['{"index":{}}', '{"Records":[', '\r', '\ufeff', '\t', '{}', 'null', '{"_source":'],
      run: readWhole,
    },
    { name: 'gzip', corpus: texts.map((text) => gzipSync(text)), run: readWhole },
    { name: 'zstd', corpus: texts.map((text) => zstdCompressSync(text)), run: readWhole },
    {
      name: 'within-gzip',
      corpus: texts,
      run: (input) => readWhole(gzipSync(input)),
    },
    { name: 'parquet', corpus: await parquetFiles(), run: readWhole },
  ];
}
