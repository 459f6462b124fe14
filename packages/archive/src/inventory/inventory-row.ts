// A row of an inventory -> the object that it lists, where that is one of the archive and the version that a reader gets.

import type { ListedObject } from '@coldhunt/core';
import { toS3Uri } from '../archive-uri.ts';
import { bareEtag } from '../s3/get-object.ts';

const ARCHIVE_CLASSES: ReadonlySet<string> = new Set(['GLACIER', 'DEEP_ARCHIVE']);
const ARCHIVE_TIERS: ReadonlySet<string> = new Set([
  'ARCHIVE',
  'DEEP_ARCHIVE',
  'ARCHIVE_ACCESS',
  'DEEP_ARCHIVE_ACCESS',
]);

export interface RowOptions {
  readonly bucket: string;
  /** Of the archive's keys; they are told below it. */
  readonly root: string;
  /** Keys are percent-encoded (CSV). */
  readonly isEncoded: boolean;
}

/** Values by their column (`columnName`). null: no object of the archive. The reader throws Error for a row that says nothing of use. */
export function createRowReader({
  bucket,
  root,
  isEncoded,
}: RowOptions): (row: ReadonlyMap<string, unknown>) => ListedObject | null {
  return (row) => {
    const text = (name: string): string => {
      const value = row.get(name);
      return typeof value === 'string' ? value : value === undefined || value === null ? '' : String(value);
    };
    if (text('bucket') !== '' && text('bucket') !== bucket)
      throw new Error(`a row of the bucket ${text('bucket').slice(0, 80)}`);
    const key = isEncoded ? decode(text('key')) : text('key');
    if (key === '') throw new Error('a row without a key');
    if (text('islatest') === 'false' || text('isdeletemarker') === 'true') return null;
    if (!key.startsWith(root)) return null;
    const size = Number(text('size') || Number.NaN);
    const etag = bareEtag(text('etag'));
    if (!Number.isSafeInteger(size) || size < 0) throw new Error(`the object ${key.slice(0, 200)} has no size`);
    if (etag === '')
      throw new Error(`the object ${key.slice(0, 200)} has no ETag: add it to the fields of the inventory`);
    const modified = row.get('lastmodifieddate');
    const modifiedMs = typeof modified === 'number' ? modified : Date.parse(text('lastmodifieddate'));
    const storageClass = text('storageclass') || 'STANDARD';
    return {
      uri: toS3Uri(bucket, key),
      // The marker of the root itself has no name below it.
      key: key.slice(root.length) || '/',
      size,
      etag,
      lastModifiedMs: Number.isNaN(modifiedMs) ? null : modifiedMs,
      storageClass,
      // Whether a restored copy stands is not told.
      isArchived: ARCHIVE_CLASSES.has(storageClass) || ARCHIVE_TIERS.has(text('intelligenttieringaccesstier')),
    };
  };
}

function decode(encoded: string): string {
  try {
    return decodeURIComponent(encoded.replaceAll('+', ' '));
  } catch {
    throw new Error(`the key ${encoded.slice(0, 200)} is not percent-encoded`);
  }
}
