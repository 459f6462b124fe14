// An S3 Inventory as a listing: the same objects as the store lists, whatever their keys; what came since, where keys tell; and every way in
// which an inventory can be wrong.

import { createHash } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ListedObject } from '@coldhunt/core';
import { CsvError, csvRows } from '../src/inventory/csv-rows.ts';
import { openInventory, type InventoryOptions } from '../src/inventory/open-inventory.ts';
import { openArchive } from '../src/open-archive.ts';
import { readText } from './run-archive-contract.ts';
import { startS3Server, type S3Server } from './s3-server.ts';

const CREATED_MS = Date.parse('2026-03-05T00:00:00Z');
const SCHEMA = 'Bucket, Key, VersionId, IsLatest, IsDeleteMarker, Size, LastModifiedDate, ETag, StorageClass';
const KEYS = ['logs/2026/03/01/a.ndjson', 'logs/2026/03/02/ü b+c,"d".ndjson', 'logs/2026/03/04/x=1%2F.ndjson'];

let server: S3Server;
beforeAll(async () => {
  server = await startS3Server();
});
afterAll(() => server.close());

interface Written {
  readonly bucket: string;
  readonly manifestUri: string;
}

function rowOf(bucket: string, key: string, body: string, rest: Record<string, string> = {}): string {
  const fields = {
    bucket,
    key: encodeURIComponent(key).replaceAll('%2F', '/').replaceAll('%20', '+'),
    version: '',
    latest: 'true',
    marker: 'false',
    size: String(Buffer.byteLength(body)),
    modified: '2026-03-01T00:00:00.000Z',
    etag: createHash('md5').update(body).digest('hex'),
    storage: 'STANDARD',
    ...rest,
  };
  return Object.values(fields)
    .map((field) => `"${field.replaceAll('"', '""')}"`)
    .join(',');
}

async function write(
  rows: (bucket: string) => readonly string[],
  changes: Record<string, unknown> = {},
): Promise<Written> {
  const bucket = server.createBucket();
  const reports = server.createBucket();
  for (const key of KEYS) await server.put(bucket, key, Buffer.from(`body of ${key}`));
  const lines = rows(bucket);
  const half = Math.ceil(lines.length / 2);
  const files: object[] = [];
  for (const [index, part] of [lines.slice(0, half), lines.slice(half)].entries()) {
    const packed = gzipSync(part.map((line) => `${line}\n`).join(''));
    const key = `inv/data/${index}.csv.gz`;
    await server.put(reports, key, packed);
    files.push({ key, size: packed.length, MD5checksum: createHash('md5').update(packed).digest('hex') });
  }
  const manifest = {
    sourceBucket: bucket,
    destinationBucket: `arn:aws:s3:::${reports}`,
    version: '2016-11-30',
    creationTimestamp: String(CREATED_MS),
    fileFormat: 'CSV',
    fileSchema: SCHEMA,
    files,
    ...changes,
  };
  await server.put(reports, 'inv/2026-03-05T00-00Z/manifest.json', Buffer.from(JSON.stringify(manifest)));
  return { bucket, manifestUri: `s3://${reports}/inv/2026-03-05T00-00Z/manifest.json` };
}

async function list(
  { bucket, manifestUri }: Written,
  { uri = `s3://${bucket}/logs`, ...options }: Partial<InventoryOptions> & { readonly uri?: string } = {},
): Promise<{
  readonly objects: readonly ListedObject[];
  readonly notes: readonly string[];
  readonly texts: readonly string[];
}> {
  const source = openInventory(openArchive(uri, { s3: server.options }), {
    manifestUri,
    s3: server.options,
    readTable: () => {
      throw new Error('no Parquet here');
    },
    lastKey: () => null,
    isRecent: () => false,
    ...options,
  });
  try {
    const objects: ListedObject[] = [];
    for await (const page of source.list()) objects.push(...page);
    const texts: string[] = [];
    for (const object of objects) texts.push(await readText(source, object));
    return { objects, notes: source.notes?.() ?? [], texts };
  } finally {
    await source.close?.();
  }
}

const all = (bucket: string): readonly string[] => KEYS.map((key) => rowOf(bucket, key, `body of ${key}`));

describe('an archive that is listed from an inventory', () => {
  it('has the objects that the store lists, and they can be read as they were listed', async () => {
    const written = await write(all);
    const { objects, texts, notes } = await list(written);
    const direct: ListedObject[] = [];
    const source = openArchive(`s3://${written.bucket}/logs`, { s3: server.options });
    for await (const page of source.list()) direct.push(...page);
    await source.close?.();
    const shown = (listed: readonly ListedObject[]): unknown =>
      listed.map(({ uri, key, size, etag, isArchived }) => ({ uri, key, size, etag, isArchived }));
    expect(shown(objects)).toEqual(shown(direct));
    expect(texts).toEqual(KEYS.map((key) => `body of ${key}`));
    expect(notes.join()).toMatch(/3 objects .* inventory of 2026-03-05T00:00:00.000Z.*not looked for/);
  });

  it('leaves out other prefixes, old versions and delete markers, and knows what is archived', async () => {
    const written = await write((bucket) => [
      ...all(bucket),
      rowOf(bucket, 'other/a', 'x'),
      rowOf(bucket, 'logs-2/a', 'x'),
      rowOf(bucket, 'logs/old', 'x', { latest: 'false' }),
      rowOf(bucket, 'logs/gone', 'x', { marker: 'true' }),
      rowOf(bucket, 'logs/cold', 'x', { storage: 'DEEP_ARCHIVE' }),
    ]);
    const source = openInventory(openArchive(`s3://${written.bucket}/logs`, { s3: server.options }), {
      manifestUri: written.manifestUri,
      s3: server.options,
      readTable: () => [] as never,
      lastKey: () => null,
      isRecent: () => false,
    });
    const objects: ListedObject[] = [];
    for await (const page of source.list()) objects.push(...page);
    await source.close?.();
    expect(objects.map(({ key, isArchived }) => [key, isArchived])).toEqual([
      ...KEYS.map((key) => [key.slice('logs/'.length), false]),
      ['cold', true],
    ]);
  });

  it('is listed by the store behind the last key that the inventory is believed for', async () => {
    const written = await write(all);
    const later = ['logs/2026/03/03/new.ndjson', 'logs/2026/03/05/newer.ndjson'];
    for (const key of later) await server.put(written.bucket, key, Buffer.from(`body of ${key}`));
    server.proxy.reset();
    const { objects, notes } = await list(written, { lastKey: () => '2026/03/03' });
    expect(objects.map(({ key }) => `logs/${key}`)).toEqual([KEYS[0], KEYS[1], later[0], KEYS[2], later[1]]);
    expect(notes.join()).toMatch(/2 objects were taken .*3 behind the key 2026\/03\/03 were listed/);
    const listings = server.proxy.seen.filter(({ url }) => url.includes('start-after='));
    expect(decodeURIComponent(listings[0]?.url ?? '')).toContain('start-after=logs/2026/03/03');
  });

  it('says when its keys are not in the order of their time', async () => {
    const written = await write(all);
    const { notes } = await list(written, { lastKey: () => '2026/03/03', isRecent: (key) => key.includes('03/02') });
    expect(notes.join()).toMatch(/1 objects of the inventory carry a recent time/);
  });
});

describe('an inventory that cannot be used', () => {
  it.each<[string, Record<string, unknown>, RegExp]>([
    ['is of ORC', { fileFormat: 'ORC' }, /ORC, which is not read/],
    ['is of something else', { fileFormat: 'XML' }, /expected CSV or Parquet/],
    ['is of another bucket', { sourceBucket: 'another' }, /lists the bucket another/],
    ['tells no ETags', { fileSchema: 'Bucket, Key, Size' }, /without etag/],
    ['tells no time', { creationTimestamp: 'soon' }, /no time in milliseconds/],
    ['has no files', { files: 'none' }, /no list of "files"/],
    ['has files without a key', { files: [{ size: 1 }] }, /no key or no size/],
  ])('because it %s is refused', async (_name, changes, message) => {
    await expect(list(await write(all, changes))).rejects.toMatchObject({
      code: 'OPTION_INVALID',
      message: expect.stringMatching(message) as string,
    });
  });

  it('because it is not there is refused', async () => {
    const written = await write(all);
    const manifestUri = written.manifestUri.replace('manifest.json', 'nothing.json');
    await expect(list({ ...written, manifestUri })).rejects.toMatchObject({ code: 'OPTION_INVALID' });
  });

  it.each<[string, (bucket: string) => readonly string[], RegExp]>([
    [
      'a row of another bucket',
      (bucket) => [...all(bucket), rowOf('another', 'logs/a', 'x')],
      /row of the bucket another/,
    ],
    ['a row without a size', (bucket) => [rowOf(bucket, 'logs/a', 'x', { size: '' })], /has no size/],
    ['a row without an ETag', (bucket) => [rowOf(bucket, 'logs/a', 'x', { etag: '' })], /has no ETag/],
    [
      'a key that is not encoded',
      (bucket) => [rowOf(bucket, 'logs/a', 'x', { key: 'logs/%zz' })],
      /not percent-encoded/,
    ],
    ['a quote that is never closed', () => ['"never'], /quote/],
  ])('because of %s is told with its file', async (_name, rows, message) => {
    await expect(list(await write(rows))).rejects.toMatchObject({
      code: 'OBJECT_UNREADABLE',
      message: expect.stringMatching(message) as string,
    });
  });

  it.each([
    ['another checksum', { MD5checksum: '0'.repeat(32) }, /MD5/],
    ['a file cut short', { cut: 20 }, /unexpected end|MD5/],
  ])('because of %s is told with its file', async (_name, change, message) => {
    const written = await write(all);
    const [bucket = ''] = written.manifestUri.slice('s3://'.length).split('/');
    const packed = gzipSync(all(written.bucket).join('\n'));
    const body = 'cut' in change ? packed.subarray(0, change.cut) : packed;
    await server.put(bucket, 'inv/data/0.csv.gz', body);
    const file = { key: 'inv/data/0.csv.gz', size: body.length, ...('cut' in change ? {} : change) };
    const manifest = {
      sourceBucket: written.bucket,
      destinationBucket: bucket,
      creationTimestamp: String(CREATED_MS),
      fileFormat: 'CSV',
      fileSchema: SCHEMA,
      files: [file],
    };
    await server.put(bucket, 'inv/2026-03-05T00-00Z/manifest.json', Buffer.from(JSON.stringify(manifest)));
    await expect(list(written)).rejects.toMatchObject({
      code: 'OBJECT_UNREADABLE',
      message: expect.stringMatching(message) as string,
    });
  });
});

describe('rows of CSV', () => {
  const field = fc.string({ unit: fc.constantFrom('a', '"', ',', '\n', '\r', 'ü', '😀', ' ') });
  const table = fc.array(fc.array(field, { minLength: 2, maxLength: 4 }), { maxLength: 8 });

  it('are those that were written, however their bytes arrive', async () => {
    await fc.assert(
      fc.asyncProperty(table, fc.integer({ min: 1, max: 9 }), async (rows, step) => {
        const text = rows.map((row) => row.map((each) => `"${each.replaceAll('"', '""')}"`).join(',')).join('\n');
        const bytes = Buffer.from(text);
        async function* chunks(): AsyncGenerator<Uint8Array> {
          for (let at = 0; at < bytes.length; at += step) yield bytes.subarray(at, at + step);
        }
        const read: (readonly string[])[] = [];
        for await (const batch of csvRows(chunks())) read.push(...batch);
        expect(read).toEqual(rows);
      }),
    );
  });

  it('never go on without end', async () => {
    async function* endless(): AsyncGenerator<Uint8Array> {
      for (;;) yield Buffer.from(`"${'x'.repeat(10_000)}`);
    }
    await expect(csvRows(endless()).next()).rejects.toThrow(CsvError);
  });
});
