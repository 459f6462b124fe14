// What the page index of a column says: which rows begin in a page, and between which bounds its values lie.

import { readColumnIndex, readOffsetIndex } from 'hyparquet/src/indexes.js';
import { checkThrift } from './check-thrift.ts';
import type { FileBytes } from './file-bytes.ts';
import type { ChunkPlace } from './parquet-file.ts';
import type { Leaf } from './schema-tree.ts';
import { bufferOf, scalarOf, type Bounds, type TextBounds } from './statistics.ts';

const MAX_INDEX_NODES = 4_000_000;

export interface IndexedPage {
  /** Rows [firstRow, endRow) of the row group. */
  readonly firstRow: number;
  readonly endRow: number;
  /** Whether it has no value at all. */
  readonly isEmpty: boolean;
  readonly bounds: Bounds | null;
  readonly texts: TextBounds | null;
}

/** null: there is no index, or none that can be understood. Throws errors of storage. */
export async function readPageIndex(
  leaf: Leaf,
  { pageIndex }: ChunkPlace,
  rows: number,
  bytes: FileBytes,
): Promise<readonly IndexedPage[] | null> {
  if (pageIndex === null) return null;
  const { bounds, places } = pageIndex;
  const boundBytes = await bytes.read(bounds.from, bounds.to - bounds.from);
  const placeBytes = await bytes.read(places.from, places.to - places.from);
  try {
    return toPages(leaf, rows, boundBytes, placeBytes);
  } catch {
    return null;
  }
}

function toPages(leaf: Leaf, rows: number, boundBytes: Buffer, placeBytes: Buffer): readonly IndexedPage[] | null {
  const { physical } = leaf.type;
  const parsers = { stringFromBytes: (stored: Uint8Array): Uint8Array => stored };
  const index = readColumnIndex(readerOf(boundBytes), { name: leaf.name, type: physical }, parsers);
  const { page_locations: locations } = readOffsetIndex(readerOf(placeBytes));
  const { null_pages: empty, min_values: mins, max_values: maxs } = index;
  const count = locations.length;
  if (empty.length !== count || mins.length !== count || maxs.length !== count) return null;
  const starts = [...locations.map(({ first_row_index: row }) => Number(row)), rows];
  if (starts[0] !== 0 || starts.some((start, page) => page > 0 && !(start >= (starts[page - 1] as number))))
    return null;
  return locations.map((_, page) => ({
    firstRow: starts[page] as number,
    endRow: starts[page + 1] as number,
    isEmpty: empty[page] === true,
    ...boundsOfPage(leaf, mins[page], maxs[page]),
  }));
}

/** Texts may have been cut off here, which is not said: they are bounds, but no values. */
function boundsOfPage(leaf: Leaf, low: unknown, high: unknown): Pick<IndexedPage, 'bounds' | 'texts'> {
  if (!leaf.type.isOrdered) return { bounds: null, texts: null };
  if (low instanceof Uint8Array && high instanceof Uint8Array)
    return { bounds: null, texts: { min: bufferOf(low), max: bufferOf(high) } };
  const [min, max] = [scalarOf(leaf, low), scalarOf(leaf, high)];
  return { texts: null, bounds: min === null || max === null ? null : { min, max } };
}

function readerOf(bytes: Buffer): { readonly view: DataView; offset: number } {
  if (checkThrift(bytes, 0, MAX_INDEX_NODES) === -1) throw new RangeError('the index ends early');
  return { view: new DataView(bytes.buffer, bytes.byteOffset, bytes.length), offset: 0 };
}
