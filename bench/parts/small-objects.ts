// Very many gzip objects of 4 KB over the S3 interface of a local server, which runs on the same cores: planned and scanned.

import { createReadStream } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import type { Corpus } from '../corpus.ts';
import { startListingServer } from '../listing-server.ts';
import { scanArchive } from '../scan-archive.ts';
import { median } from '../turns.ts';

const OBJECTS = 100_000;
const STORED_BYTES = 4_096;
const TURNS = 1;

export interface SmallObjectsOptions {
  readonly corpus: Corpus;
  readonly cache: string;
  readonly say: (line: string) => void;
}

export async function measureSmallObjects({ corpus, cache, say }: SmallObjectsOptions): Promise<void> {
  const file = join(cache, 'small.ndjson.gz');
  const { body, lines } = await smallObject(corpus.plain);
  await writeFile(file, body);
  const seconds: number[] = [];
  for (let turn = 0; turn <= TURNS; turn += 1) {
    const objects = turn === 0 ? OBJECTS / 10 : OBJECTS;
    const server = await startListingServer(objects, file);
    try {
      const credentials = { accessKeyId: 'bench', secretAccessKey: 'bench' };
      const s3 = { endpoint: server.endpoint, forcePathStyle: true, region: 'us-east-1', credentials };
      const begun = performance.now();
      const counts = await scanArchive('s3://bench/', undefined, s3);
      if (turn > 0) seconds.push((performance.now() - begun) / 1000);
      if (counts.lines !== objects * lines) throw new Error(`${counts.lines} lines, ${objects * lines} were served`);
    } finally {
      server.stop();
    }
  }
  const middle = median(seconds);
  say(
    `objects  ${OBJECTS} gzip objects of ${body.length} bytes over S3, server on the same cores: ${middle.toFixed(1)} s, ` +
      `${Math.round(OBJECTS / middle)} objects/s (asked: 5,000), ${Math.round((OBJECTS * lines) / middle)} events/s`,
  );
}

/** As many lines of the corpus as fit. */
async function smallObject(plain: string): Promise<{ readonly body: Buffer; readonly lines: number }> {
  const head: Buffer[] = [];
  for await (const chunk of createReadStream(plain, { end: 512 * 1024 })) head.push(chunk as Buffer);
  const text = Buffer.concat(head).toString().split('\n').slice(0, -1);
  let body = gzipSync('');
  let lines = 0;
  while (lines < text.length) {
    const next = gzipSync(`${text.slice(0, lines + 1).join('\n')}\n`);
    if (next.length > STORED_BYTES) break;
    body = next;
    lines += 1;
  }
  return { body, lines };
}
