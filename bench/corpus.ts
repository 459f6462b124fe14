// The benchmark's data: Elastic Defend process events from a fixed seed, in every format, kept under .cache/bench.

import { createReadStream, createWriteStream, existsSync } from 'node:fs';
import { mkdir, rename, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import * as zlib from 'node:zlib';
import { DuckDBInstance } from '@duckdb/node-api';
import { stringifyDocument } from '@coldhunt/core';
import { dailyCommand, lookAlikeCommand, sendCommand } from '@coldhunt/test/generator/commands';
import { processEvent } from '@coldhunt/test/generator/events';
import { createHosts } from '@coldhunt/test/generator/hosts';
import { createRandom } from '@coldhunt/test/generator/random';

export const CORPUS = { events: 350_000, matches: 17, lookAlikes: 3_477, hosts: 400, seed: 350 } as const;

/** `parquet` is compressed with zstd, `snappy` is Parquet with snappy. */
export const FORMATS = ['plain', 'gzip', 'zstd', 'parquet', 'snappy'] as const;
export type Format = (typeof FORMATS)[number];

export function isParquet(format: Format): boolean {
  return format === 'parquet' || format === 'snappy';
}

export interface Corpus {
  readonly plain: string;
  readonly gzip: string;
  readonly zstd: string;
  readonly parquet: string;
  readonly snappy: string;
  readonly plainBytes: number;
}

/** Makes what is missing and returns the paths. Each format lies in a folder of its own, so that a folder is an archive. */
export async function prepareCorpus(cache: string): Promise<Corpus> {
  const name = `defend-${CORPUS.events}-${CORPUS.seed}`;
  const paths = {
    plain: join(cache, name, 'plain', 'events.ndjson'),
    gzip: join(cache, name, 'gzip', 'events.ndjson.gz'),
    zstd: join(cache, name, 'zstd', 'events.ndjson.zst'),
    parquet: join(cache, name, 'parquet', 'events.parquet'),
    snappy: join(cache, name, 'snappy', 'events.parquet'),
  };
  await make(paths.plain, writePlain);
  await make(paths.gzip, (path) =>
    pipeline(createReadStream(paths.plain), zlib.createGzip({ level: 6 }), createWriteStream(path)),
  );
  await make(paths.zstd, (path) =>
    pipeline(createReadStream(paths.plain), zlib.createZstdCompress(), createWriteStream(path)),
  );
  await make(paths.parquet, (path) => writeParquetFrom(paths.plain, path, 'zstd'));
  await make(paths.snappy, (path) => writeParquetFrom(paths.plain, path, 'snappy'));
  return { ...paths, plainBytes: (await stat(paths.plain)).size };
}

async function make(path: string, write: (path: string) => Promise<void>): Promise<void> {
  if (existsSync(path)) return;
  await mkdir(join(path, '..'), { recursive: true });
  await write(`${path}.building`);
  await rename(`${path}.building`, path);
}

async function writePlain(path: string): Promise<void> {
  const random = createRandom(CORPUS.seed);
  const hosts = createHosts(CORPUS.hosts, random).filter((host) => host.writer === 'endpoint');
  const start = Date.parse('2026-02-01T00:00:00Z');
  const step = Math.floor((7 * 86_400_000) / CORPUS.events);
  const matchEvery = Math.floor(CORPUS.events / CORPUS.matches);
  const lookAlikeEvery = CORPUS.events / CORPUS.lookAlikes;
  async function* lines(): AsyncIterable<string> {
    let block = '';
    let planted = 0;
    let nextLookAlike = 1;
    for (let number = 0; number < CORPUS.events; number += 1) {
      const host = random.pick(hosts);
      const timeMs = start + number * step;
      let command = dailyCommand(host.platform, random);
      if (planted < CORPUS.matches && number % matchEvery === 7) {
        command = sendCommand(host.platform, `i-0${random.hex(16)}`, `echo ${planted}`);
        planted += 1;
      } else if (number >= nextLookAlike) {
        command = lookAlikeCommand(random);
        nextLookAlike += lookAlikeEvery;
      }
      block += `${stringifyDocument(processEvent(host, timeMs, command, random))}\n`;
      if (block.length > 1_000_000) {
        yield block;
        block = '';
      }
    }
    yield block;
  }
  await pipeline(lines, createWriteStream(path));
}

async function writeParquetFrom(source: string, path: string, codec: 'zstd' | 'snappy'): Promise<void> {
  const instance = await DuckDBInstance.create(':memory:');
  const connection = await instance.connect();
  try {
    await connection.run(
      `COPY (SELECT * FROM read_json('${source}', format = 'newline_delimited', sample_size = 20000, maximum_object_size = 67108864)) TO '${path}' (FORMAT parquet, COMPRESSION ${codec})`,
    );
  } finally {
    connection.closeSync();
    instance.closeSync();
  }
}
