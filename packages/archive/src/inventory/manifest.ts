// The manifest of an S3 Inventory: what bucket it lists, when, in which files and columns. Docs: "Amazon S3 Inventory", manifest.json.

import { InputError } from '@coldhunt/core';

export interface InventoryFile {
  readonly key: string;
  readonly size: number;
  /** Of the stored bytes, in hex; empty where the manifest tells none. */
  readonly md5: string;
}

export interface InventoryManifest {
  readonly sourceBucket: string;
  readonly destinationBucket: string;
  /** When the listing began, in milliseconds. */
  readonly createdMs: number;
  readonly format: 'CSV' | 'Parquet';
  /** CSV: names of the columns, in order, in lower case without `_`. Parquet: empty, the files tell. */
  readonly columns: readonly string[];
  readonly files: readonly InventoryFile[];
}

/** Columns without which no object can be read as it was listed. */
const NEEDED = ['key', 'size', 'etag'];
const MOST_FILES = 1_000_000;

/** `last_modified_date`, `LastModifiedDate` and `lastmodifieddate` are one column. */
export function columnName(name: string): string {
  return name.trim().toLowerCase().replaceAll('_', '');
}

/** Throws InputError OPTION_INVALID, which names what is wrong with the manifest. */
export function parseManifest(text: string, uri: string): InventoryManifest {
  const fail = (problem: string): InputError => new InputError('OPTION_INVALID', `--inventory ${uri}: ${problem}`);
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw fail(
      `it is no JSON: ${(error as Error).message.slice(0, 200)}; expected the manifest.json of an S3 Inventory`,
    );
  }
  const manifest = (typeof value === 'object' && value !== null ? value : {}) as Readonly<Record<string, unknown>>;
  const textOf = (name: string): string => {
    const found = manifest[name];
    if (typeof found === 'string' && found !== '') return found;
    throw fail(`it has no "${name}"; expected the manifest.json of an S3 Inventory`);
  };
  const format = textOf('fileFormat');
  if (format === 'ORC') throw fail('its files are ORC, which is not read: set the inventory to Parquet or CSV');
  if (format !== 'CSV' && format !== 'Parquet')
    throw fail(`its files are ${format.slice(0, 40)}; expected CSV or Parquet`);
  const columns = format === 'CSV' ? textOf('fileSchema').split(',').map(columnName) : [];
  const missing = format === 'CSV' ? NEEDED.filter((name) => !columns.includes(name)) : [];
  if (missing.length > 0)
    throw fail(
      `it lists objects without ${missing.join(', ')}: add the optional fields Size and ETag to the inventory`,
    );
  const createdMs = Number(textOf('creationTimestamp'));
  if (!Number.isSafeInteger(createdMs) || createdMs <= 0)
    throw fail('its "creationTimestamp" is no time in milliseconds');
  const { files } = manifest;
  if (!Array.isArray(files) || files.length > MOST_FILES) throw fail('it has no list of "files"');
  return {
    sourceBucket: textOf('sourceBucket'),
    destinationBucket: textOf('destinationBucket').replace(/^arn:[^:]*:s3:::/, ''),
    createdMs,
    format,
    columns,
    files: files.map((file: unknown): InventoryFile => {
      const { key, size, MD5checksum: md5 = '' } = (file ?? {}) as Readonly<Record<string, unknown>>;
      if (typeof key !== 'string' || key === '' || typeof size !== 'number' || !(size >= 0) || typeof md5 !== 'string')
        throw fail('one of its "files" has no key or no size');
      return { key, size, md5: md5.toLowerCase() };
    }),
  };
}
