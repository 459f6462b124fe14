// An archive on S3, listed from an S3 Inventory: rows are read as they stream by, so that a billion objects take no more memory than a
// thousand. Objects behind a key are listed by the store itself: those that came since, where keys carry time. Reads go to the archive.

import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { AppError, InputError, type ListedObject, type ObjectReader, type ObjectSource } from '@coldhunt/core';
import { parseArchiveUri, toS3Uri } from '../archive-uri.ts';
import { openArchive } from '../open-archive.ts';
import type { S3Options } from '../archive-options.ts';
import { csvRows } from './csv-rows.ts';
import { columnName, parseManifest, type InventoryFile, type InventoryManifest } from './manifest.ts';
import { createRowReader } from './inventory-row.ts';

const PAGE = 1000;
const MANIFEST_BYTES = 256 * 1024 * 1024;

/** The rows of one Parquet file, in batches: columns by their names. */
export type ReadTable = (
  object: ObjectReader,
  signal?: AbortSignal,
) => AsyncIterable<readonly Readonly<Record<string, unknown>>[]>;

export interface InventoryOptions {
  /** s3:// URI of the manifest.json. */
  readonly manifestUri: string;
  /** How the inventory's bucket is reached. */
  readonly s3?: S3Options | undefined;
  readonly readTable: ReadTable;
  /**
   * For an inventory that was made at a time: the last key that it is believed for, below the archive's root. Keys behind it are listed by
   * the store. null: the inventory is all.
   */
  readonly lastKey: (createdMs: number) => string | null;
  /** Whether a key names a time that the inventory cannot be believed for: such keys must lie behind `lastKey`. */
  readonly isRecent: (key: string, createdMs: number) => boolean;
}

/** Throws InputError URI_INVALID or OPTION_INVALID where the manifest cannot be that of an inventory of this archive. */
export function openInventory(archive: ObjectSource, options: InventoryOptions): ObjectSource {
  const place = parseArchiveUri(archive.uri);
  const { manifestUri } = options;
  const manifestPlace = parseArchiveUri(manifestUri);
  if (place.kind !== 's3' || manifestPlace.kind !== 's3')
    throw new InputError('OPTION_INVALID', '--inventory lists archives on S3, and lies there: expected s3:// URIs');
  const { bucket, prefix } = place;
  const root = prefix === '' || prefix.endsWith('/') ? prefix : `${prefix}/`;
  let notes: readonly string[] = [];
  return {
    uri: archive.uri,
    async *list(signal) {
      const manifest = await readManifest(options, signal);
      if (manifest.sourceBucket !== bucket) {
        const problem = `it lists the bucket ${manifest.sourceBucket}, the archive lies in ${bucket}`;
        throw new InputError('OPTION_INVALID', `--inventory ${manifestUri}: ${problem}`);
      }
      const { createdMs } = manifest;
      const lastKey = options.lastKey(createdMs);
      const counts = { inventory: 0, listed: 0, misplaced: 0 };
      for await (const page of listInventory(manifest, { ...options, bucket, root, signal })) {
        const kept = page.filter(({ key }) => lastKey === null || key <= lastKey);
        counts.inventory += kept.length;
        counts.misplaced += lastKey === null ? 0 : kept.filter(({ key }) => options.isRecent(key, createdMs)).length;
        if (kept.length > 0) yield kept;
      }
      if (lastKey !== null) {
        for await (const page of archive.list(signal, lastKey)) {
          const kept = page.filter(({ key }) => key > lastKey);
          counts.listed += kept.length;
          if (kept.length > 0) yield kept;
        }
      }
      notes = describe(new Date(createdMs).toISOString(), lastKey, counts);
    },
    open: (object) => archive.open(object),
    notes: () => notes,
    close: async () => archive.close?.(),
  };
}

interface Counts {
  readonly inventory: number;
  readonly listed: number;
  readonly misplaced: number;
}

function describe(time: string, lastKey: string | null, { inventory, listed, misplaced }: Counts): readonly string[] {
  const from = `${inventory} objects were taken from the inventory of ${time}`;
  if (lastKey === null)
    return [
      `${from}: objects that came later were not looked for (a layout that begins with the year lets the newest keys be listed)`,
    ];
  const told = `${from}, ${listed} behind the key ${lastKey} were listed; objects that were written since to earlier keys were not looked for`;
  if (misplaced === 0) return [told];
  return [
    told,
    `${misplaced} objects of the inventory carry a recent time in a key before ${lastKey}: keys are not in the order of their time, and newer ones may have been missed`,
  ];
}

async function readManifest({ manifestUri, s3 }: InventoryOptions, signal?: AbortSignal): Promise<InventoryManifest> {
  const source = openArchive(manifestUri, s3 === undefined ? {} : { s3 });
  try {
    for await (const page of source.list(signal)) {
      for (const object of page) {
        if (object.uri !== source.uri) continue;
        if (object.size > MANIFEST_BYTES) break;
        const bytes = await source.open(object).bytes({ from: 0, to: object.size }, signal);
        return parseManifest(Buffer.from(bytes).toString(), manifestUri);
      }
    }
    throw new InputError(
      'OPTION_INVALID',
      `--inventory ${manifestUri}: there is no such object; expected a manifest.json`,
    );
  } finally {
    await source.close?.();
  }
}

interface Listing extends InventoryOptions {
  readonly bucket: string;
  /** What the keys of the archive begin with. */
  readonly root: string;
  readonly signal: AbortSignal | undefined;
}

async function* listInventory(manifest: InventoryManifest, listing: Listing): AsyncGenerator<readonly ListedObject[]> {
  const source = openArchive(`s3://${manifest.destinationBucket}/`, listing.s3 === undefined ? {} : { s3: listing.s3 });
  try {
    for (const file of manifest.files) {
      // No ETag is told: what is read is held against the checksum instead.
      const pinned = { uri: toS3Uri(manifest.destinationBucket, file.key), size: file.size, etag: '' };
      try {
        yield* listFile(source.open(pinned), file, manifest, listing);
      } catch (error) {
        if (error instanceof AppError && error.code !== 'PARQUET_CORRUPT') throw error;
        listing.signal?.throwIfAborted();
        throw new InputError(
          'OBJECT_UNREADABLE',
          `the inventory's file ${pinned.uri} cannot be read: ${(error as Error).message}`,
          {
            cause: error,
            details: { uri: pinned.uri },
          },
        );
      }
    }
  } finally {
    await source.close?.();
  }
}

async function* listFile(
  reader: ObjectReader,
  file: InventoryFile,
  manifest: InventoryManifest,
  { bucket, root, signal, readTable }: Listing,
): AsyncGenerator<readonly ListedObject[]> {
  const whole = { from: 0, to: file.size };
  if (manifest.format === 'Parquet') {
    const digest = createHash('md5');
    if (file.md5 !== '') for await (const chunk of reader.stream(whole, signal)) digest.update(chunk);
    checkDigest(file, digest.digest('hex'));
    for await (const rows of readTable(reader, signal)) {
      const read = createRowReader({ bucket, root, isEncoded: false });
      yield rows.flatMap(
        (row) => read(new Map(Object.entries(row).map(([name, value]) => [columnName(name), value]))) ?? [],
      );
    }
    return;
  }
  const digest = createHash('md5');
  async function* hashed(): AsyncGenerator<Uint8Array> {
    for await (const chunk of reader.stream(whole, signal)) {
      digest.update(chunk);
      yield chunk;
    }
  }
  const stored = Readable.from(hashed());
  const gunzip = createGunzip();
  stored.on('error', (error) => gunzip.destroy(error));
  const read = createRowReader({ bucket, root, isEncoded: true });
  let page: ListedObject[] = [];
  try {
    for await (const rows of csvRows(stored.pipe(gunzip) as AsyncIterable<Uint8Array>)) {
      for (const row of rows) {
        const object = read(new Map(manifest.columns.map((name, index) => [name, row[index]])));
        if (object !== null) page.push(object);
        if (page.length < PAGE) continue;
        yield page;
        page = [];
      }
    }
  } finally {
    stored.destroy();
    gunzip.destroy();
  }
  if (page.length > 0) yield page;
  checkDigest(file, digest.digest('hex'));
}

function checkDigest({ md5 }: InventoryFile, found: string): void {
  if (md5 === '' || md5 === found) return;
  throw new Error(`its MD5 is ${found}, the manifest says ${md5}`);
}
