// The bytes of a page's header -> the header and its length.

import type { PageHeader } from 'hyparquet';
import { parquetHeader } from 'hyparquet/src/column.js';
import { checkThrift } from './check-thrift.ts';
import { corrupt } from './corrupt.ts';

const MAX_HEADER_NODES = 1_000;

/** null: the bytes end before the header does. Throws PARQUET_CORRUPT. */
export function parsePageHeader(bytes: Buffer): { readonly header: PageHeader; readonly length: number } | null {
  const length = checkThrift(bytes, 0, MAX_HEADER_NODES);
  if (length === -1) return null;
  const view = new DataView(bytes.buffer, bytes.byteOffset, length);
  const header = parquetHeader({ view, offset: 0 });
  // The bytes also say which kind of number each is: a long one would be a bigint.
  const { compressed_page_size: stored, uncompressed_page_size: expanded } = header;
  const entries = (header.data_page_header ?? header.data_page_header_v2)?.num_values ?? 0;
  if (![stored, expanded, entries].every((number) => Number.isInteger(number) && number >= 0))
    throw corrupt('a page header without its numbers');
  return { header, length };
}
