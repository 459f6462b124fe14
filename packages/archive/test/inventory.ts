// What S3 Inventory writes, from anybody: a manifest, and rows of CSV. For fuzzing.

import { CsvError, csvRows } from '../src/inventory/csv-rows.ts';
import { createRowReader } from '../src/inventory/inventory-row.ts';
import { parseManifest } from '../src/inventory/manifest.ts';

const COLUMNS = ['bucket', 'key', 'size', 'lastmodifieddate', 'etag', 'storageclass'];
/** A decompressor gives more at once: a row that goes on is looked at anew with each piece. */
const PIECE_BYTES = 997;

/** Throws InputError OPTION_INVALID. */
export function readAnyManifest(bytes: Uint8Array): void {
  parseManifest(Buffer.from(bytes).toString(), 's3://reports/manifest.json');
}

/** Reads rows as an archive's listing does; what a file can be refused for (which is told with its name) is a result. */
export async function readAnyRows(bytes: Uint8Array): Promise<void> {
  async function* pieces(): AsyncGenerator<Uint8Array> {
    for (let at = 0; at < bytes.length; at += PIECE_BYTES) yield bytes.subarray(at, at + PIECE_BYTES);
  }
  const read = createRowReader({ bucket: 'b', root: 'logs/', isEncoded: true });
  try {
    for await (const rows of csvRows(pieces()))
      for (const row of rows) read(new Map(COLUMNS.map((name, index) => [name, row[index]])));
  } catch (error) {
    const isNotUtf8 =
      error instanceof TypeError && 'code' in error && error.code === 'ERR_ENCODING_INVALID_ENCODED_DATA';
    const isRefused = error instanceof CsvError || (error instanceof Error && error.constructor === Error);
    if (!isNotUtf8 && !isRefused) throw error;
  }
}
