// The same events in every format and compression raise the same alerts, evidence and baseline apart.

import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync, zstdCompressSync } from 'node:zlib';
import { ParquetSchema, ParquetWriter, type ParquetField } from 'parquetjs-lite';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { isObject, stringifyDocument, type Document } from '@coldhunt/core';
import { dailyCommand, sendCommand } from '../generator/commands.ts';
import { processEvent } from '../generator/events.ts';
import { createHosts } from '../generator/hosts.ts';
import { writeParquet } from '../generator/parquet-writer.ts';
import { createRandom } from '../generator/random.ts';
import { coldhunt } from '../run-command.ts';

const RULE = 'c371e9fc-6a10-11ef-a0ac-f661ea17fbcc';
let folder: string;
let expected: unknown[];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'coldhunt-formats-'));
  const lines = events().map((event) => stringifyDocument(event));
  const text = `${lines.join('\n')}\n`;
  const write = async (name: string, body: Uint8Array | string): Promise<void> => {
    await mkdir(join(folder, name));
    await writeFile(join(folder, name, 'events'), body);
  };
  await write('plain', text);
  await write('gzip', gzipSync(text));
  await write(
    'gzip-members',
    Buffer.concat([gzipSync(`${lines.slice(0, 40).join('\n')}\n`), gzipSync(`${lines.slice(40).join('\n')}\n`)]),
  );
  await write('zstd', zstdCompressSync(text));
  await write(
    'zstd-frames',
    Buffer.concat([
      zstdCompressSync(`${lines.slice(0, 40).join('\n')}\n`),
      zstdCompressSync(`${lines.slice(40).join('\n')}\n`),
    ]),
  );
  await write('crlf', `\ufeff${lines.join('\r\n')}`);
  await write('array', `[${lines.join(',\n')}]`);
  await write('records', `{"Records":[${lines.join(',')}]}`);
  await write('glued', lines.join(''));
  await write(
    'pretty',
    events()
      .map((event) => JSON.stringify(JSON.parse(stringifyDocument(event)), null, 2))
      .join('\n'),
  );
  await write('tagged', lines.map((line) => `2026-02-01T00:00:00+00:00\tevents\t${line}`).join('\n'));
  await write(
    'bulk',
    lines.map((line) => `{"create":{"_index":"logs-endpoint.events.process-default"}}\n${line}`).join('\n'),
  );
  await write('message', lines.map((line) => JSON.stringify({ message: line, source: 'x' })).join('\n'));
  await writeParquet(join(folder, 'duckdb', 'events.parquet'), text);
  await writeParquet(join(folder, 'duckdb-snappy', 'events.parquet'), text, { codec: 'snappy', rowGroupRows: 2048 });
  await writeParquet(join(folder, 'duckdb-nanoseconds', 'events.parquet'), text, { timeType: 'TIMESTAMP_NS' });
  await writeJsonColumns(join(folder, 'json-columns'));
  await writeNested(join(folder, 'parquetjs-lite'));
  expected = await hunt('plain');
});

afterAll(async () => {
  await rm(folder, { recursive: true, force: true });
});

describe('the same events', () => {
  it('raise alerts at all', () => {
    expect(expected).toHaveLength(3);
  });

  it.each([
    'gzip',
    'gzip-members',
    'zstd',
    'zstd-frames',
    'crlf',
    'array',
    'records',
    'glued',
    'pretty',
    'tagged',
    'bulk',
    'message',
    'duckdb',
    'duckdb-snappy',
    'duckdb-nanoseconds',
    'json-columns',
    'parquetjs-lite',
  ])('raise the same alerts as %s', async (name) => {
    expect(await hunt(name)).toEqual(expected);
  });
});

/** The alerts but for where their events lie, and the question that this folder alone asks. */
async function hunt(name: string): Promise<unknown[]> {
  const out = join(folder, `${name}-out`);
  const { code, stderr } = await coldhunt(['scan', '--archive', join(folder, name), '--rule', RULE, '--out', out]);
  expect(code, stderr).toBe(0);
  const lines = (await readFile(join(out, 'alerts.ndjson'), 'utf8')).split('\n').filter((line) => line !== '');
  return lines.map((line) => {
    const { 'coldhunt.evidence': _evidence, 'coldhunt.run_id': _run, ...alert } = JSON.parse(line) as Document;
    return alert;
  });
}

function events(): Document[] {
  const random = createRandom(11);
  const hosts = createHosts(12, random).filter((host) => host.writer === 'endpoint');
  const start = Date.parse('2026-02-01T00:00:00Z');
  return Array.from({ length: 100 }, (_, number) => {
    const host = hosts[number % hosts.length];
    if (host === undefined) throw new Error('no host');
    const isMatch = [10, 31, 55].includes(number);
    const command = isMatch
      ? sendCommand(host.platform, 'i-0123', `echo ${number}`)
      : dailyCommand(host.platform, random);
    const event = processEvent(host, start + number * 60_000, command, random);
    const { event: fields } = event;
    const time = new Date(start + number * 60_000).toISOString();
    // Times that every column type holds, and in the spelling that none of them can tell apart from others.
    return {
      ...event,
      '@timestamp': time,
      event: {
        ...(isObject(fields) ? fields : {}),
        created: time,
        ingested: time,
        start: time.replace('.000', '.000125'),
      },
    };
  });
}

/** Cribl's shape: nested objects as JSON text in top-level columns. */
async function writeJsonColumns(place: string): Promise<void> {
  await mkdir(place);
  const others = new Set(events().flatMap((event) => Object.keys(event)));
  const schema = new ParquetSchema({
    ...Object.fromEntries([...others].map((name) => [name, { type: 'UTF8', optional: true }])),
    event: { type: 'UTF8', compression: 'GZIP' },
    process: { type: 'UTF8', compression: 'SNAPPY' },
  });
  const writer = await ParquetWriter.openFile(schema, join(place, 'events.parquet'));
  for (const event of events()) {
    const cells = Object.entries(event).map(([name, value]) => [
      name,
      typeof value === 'string' ? value : JSON.stringify(value),
    ]);
    await writer.appendRow(Object.fromEntries(cells) as Document);
  }
  await writer.close();
}

/** Nested columns of parquetjs-lite, whose lists are bare repeated fields. */
async function writeNested(place: string): Promise<void> {
  await mkdir(place);
  const schema = new ParquetSchema(fieldsOf(events()));
  const writer = await ParquetWriter.openFile(schema, join(place, 'events.parquet'));
  for (const event of events()) await writer.appendRow(event);
  await writer.close();
}

/** A column for every leaf of the events: texts, lists of texts, whole numbers and booleans. */
function fieldsOf(documents: readonly Document[]): Record<string, ParquetField> {
  const fields: Record<string, ParquetField> = {};
  for (const name of new Set(documents.flatMap((document) => Object.keys(document)))) {
    const values = documents.flatMap((document) => document[name] ?? []);
    const repeated = documents.some((document) => Array.isArray(document[name]));
    const objects = values.filter((value): value is Document => isObject(value));
    const type = typeof values[0] === 'number' ? 'INT64' : typeof values[0] === 'boolean' ? 'BOOLEAN' : 'UTF8';
    const own = objects.length > 0 ? { fields: fieldsOf(objects) } : { type, compression: 'GZIP' };
    fields[name] = { ...own, ...(repeated ? { repeated } : { optional: true }) };
  }
  return fields;
}
