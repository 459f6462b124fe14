// The most memory that a worker's process holds on one very large object of each kind. The objects are made of the corpus and taken
// away again.

import { createReadStream, createWriteStream } from 'node:fs';
import { mkdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { DuckDBInstance } from '@duckdb/node-api';
import { CORPUS, type Corpus, type Format } from '../corpus.ts';
import { runScript } from '../run-child.ts';
import { megabytes } from './whole-process.ts';

const SCRIPT = join(import.meta.dirname, '..', 'scan-archive.ts');
const PLAIN_BYTES = 5e9;
const GZIP_STORED_BYTES = 2e9;
const ROW_GROUP_ROWS = 1_000_000;
const PROMISED_MB = 300;

interface Scanned {
  readonly seconds: number;
  readonly matches: number;
  readonly lines: number;
  readonly decompressedBytes: number;
}

export interface MemoryOptions {
  readonly corpus: Corpus;
  readonly cache: string;
  readonly formats: readonly Format[];
  readonly say: (line: string) => void;
}

export async function measureMemory({ corpus, cache, formats, say }: MemoryOptions): Promise<void> {
  const folder = join(cache, 'memory');
  const measure = async (
    format: Format,
    what: string,
    name: string,
    make: (path: string) => Promise<number>,
  ): Promise<void> => {
    if (!formats.includes(format)) return;
    await rm(folder, { recursive: true, force: true });
    await mkdir(folder, { recursive: true });
    try {
      const path = join(folder, name);
      const copies = await make(path);
      const { size } = await stat(path);
      const { matches, lines, seconds, peakBytes } = await runScript<Scanned>(SCRIPT, [folder]);
      if (matches !== copies * CORPUS.matches || lines !== copies * CORPUS.events) {
        throw new Error(`${name}: ${matches} matches in ${lines} lines, ${copies} copies of the corpus were written`);
      }
      say(
        `memory   ${what}: ${(size / 1e9).toFixed(1)} GB stored, ${lines} events, ${seconds.toFixed(1)} s, ` +
          `peak ${megabytes(peakBytes)} MB (promised: under ${PROMISED_MB})`,
      );
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  };
  await measure('plain', 'one plain object', 'events.ndjson', (path) => repeat(corpus.plain, path, PLAIN_BYTES));
  await measure('gzip', 'one gzip object (2 GB as stored, many members)', 'events.ndjson.gz', (path) =>
    repeat(corpus.gzip, path, GZIP_STORED_BYTES),
  );
  await measure('parquet', `one Parquet file with row groups of ${ROW_GROUP_ROWS} rows`, 'events.parquet', (path) =>
    writeLargeRowGroups(corpus.parquet, path),
  );
}

/** Writes a file again and again into one until it has so many bytes; gives how often. */
async function repeat(from: string, to: string, bytes: number): Promise<number> {
  const copies = Math.ceil(bytes / (await stat(from)).size);
  for (let copy = 0; copy < copies; copy += 1) {
    await pipeline(createReadStream(from, { highWaterMark: 1 << 20 }), createWriteStream(to, { flags: 'a' }));
  }
  return copies;
}

async function writeLargeRowGroups(from: string, to: string): Promise<number> {
  const copies = Math.ceil((2 * ROW_GROUP_ROWS) / CORPUS.events);
  const instance = await DuckDBInstance.create(':memory:');
  const connection = await instance.connect();
  try {
    const once = `SELECT * FROM read_parquet('${from}')`;
    await connection.run(
      `COPY (${Array.from({ length: copies }, () => once).join(' UNION ALL ')}) TO '${to}' (FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE ${ROW_GROUP_ROWS})`,
    );
    const groups = await connection.runAndReadAll(`SELECT max(row_group_num_rows) FROM parquet_metadata('${to}')`);
    const rows = Number(groups.getRows()[0]?.[0]);
    if (rows < ROW_GROUP_ROWS) throw new Error(`row groups of ${rows} rows were written, not ${ROW_GROUP_ROWS}`);
    return copies;
  } finally {
    connection.closeSync();
    instance.closeSync();
  }
}
