// The footer of a Parquet file -> its columns, its row groups, and where their bytes lie.

import type { CompressionCodec, RowGroup, Statistics } from 'hyparquet';
import type { ObjectReader } from '@coldhunt/core';
import { corrupt, decoding } from './corrupt.ts';
import { FileBytes, type FileRange } from './file-bytes.ts';
import { openFooter, type Footer } from './open-footer.ts';
import { parseSchema, type SchemaTree } from './schema-tree.ts';

const TAIL_BYTES = 256 * 1024;
/** Files up to this size are read with one request. */
const SMALL_BYTES = 1024 * 1024;
const MAX_FOOTER_BYTES = 32 * 1024 * 1024;
/** A chunk takes 7 kB as it is parsed, and 1 kB as it is placed: of a file with more of them those of two groups are held. */
const HELD_CHUNKS = 4_000;
const HELD_GROUPS = 2;
const MAX_ROWS = 2 ** 31 - 2;
const FIRST_BYTE = 4;
const FOOTER_END = 8;

/** The pages of one column in one row group. */
export interface ChunkPlace {
  readonly from: number;
  readonly to: number;
  readonly codec: CompressionCodec;
  /** Levels in all pages: values, nulls, and empty lists. */
  readonly entries: number;
  /** Of all pages, as the footer says. */
  readonly expandedBytes: number;
  /** Physical values; null where there are none. */
  readonly statistics: Statistics | null;
  /** Where its bloom filter lies; null: it has none. */
  readonly filter: FileRange | null;
  /** Where the bounds of its pages lie, and the places of its pages; null: they are not told. */
  readonly pageIndex: { readonly bounds: FileRange; readonly places: FileRange } | null;
}

export interface RowGroupPlace {
  readonly index: number;
  /** Number of its first row in the file. */
  readonly firstRow: number;
  readonly rows: number;
  /** Decides which shard owns the row group; always a byte of the file. */
  readonly firstByte: number;
  /** By index of the leaf; a text says why the chunk cannot be read. Of a file with many they are read from its footer anew, a group at a time. */
  readonly chunks: readonly (ChunkPlace | string)[];
}

export interface ParquetFile {
  readonly bytes: FileBytes;
  readonly schema: SchemaTree;
  readonly groups: readonly RowGroupPlace[];
}

/** Throws PARQUET_CORRUPT, and errors of storage. */
export async function readParquetFile(object: ObjectReader, signal: AbortSignal | undefined): Promise<ParquetFile> {
  const { size } = object;
  if (size < FIRST_BYTE + FOOTER_END) throw corrupt(`${size} bytes are no Parquet file`);
  const bytes = new FileBytes(object, signal);
  await bytes.hold(size <= SMALL_BYTES ? 0 : size - TAIL_BYTES, size);
  const end = await bytes.read(size - FOOTER_END, FOOTER_END);
  const magic = end.toString('latin1', 4);
  if (magic === 'PARE') throw corrupt('the footer is encrypted: write the file without encryption');
  if (magic !== 'PAR1') throw corrupt('the file does not end with PAR1: it was cut short, or is still being written');
  const length = end.readUInt32LE(0);
  if (length > size - FIRST_BYTE - FOOTER_END) throw corrupt(`a footer of ${length} bytes in a file of ${size}`);
  if (length > MAX_FOOTER_BYTES)
    throw corrupt(`a footer of ${length} bytes: more than ${MAX_FOOTER_BYTES} are not read`);
  const footer = await bytes.read(size - FOOTER_END - length, length + FOOTER_END);
  return decoding('footer', () => {
    const opened = openFooter(footer, length);
    const schema = parseSchema(opened.schema);
    return { bytes, schema, groups: placeGroups(opened, schema, size) };
  });
}

type Chunks = RowGroupPlace['chunks'];

function placeGroups(footer: Footer, schema: SchemaTree, size: number): readonly RowGroupPlace[] {
  const places: RowGroupPlace[] = [];
  const isHeld = footer.groups * schema.leaves.length <= HELD_CHUNKS;
  const held = new Map<number, Chunks>();
  const chunksOf = (index: number): Chunks => {
    const known = held.get(index);
    if (known !== undefined) return known;
    const chunks = decoding('footer', () => placeChunks(footer.group(index), schema, size));
    if (held.size === HELD_GROUPS) for (const oldest of held.keys()) if (held.size === HELD_GROUPS) held.delete(oldest);
    held.set(index, chunks);
    return chunks;
  };
  let firstRow = 0;
  for (let index = 0; index < footer.groups; index += 1) {
    const group = footer.group(index);
    const rows = Number(group.num_rows);
    if (!(rows >= 0 && rows <= MAX_ROWS)) throw corrupt(`row group ${index} has ${group.num_rows} rows`);
    const chunks = placeChunks(group, schema, size);
    const starts = chunks.flatMap((chunk) => (typeof chunk === 'string' ? [] : [chunk.from]));
    const firstByte = starts.reduce((a, b) => Math.min(a, b), size - 1);
    const place = { index, firstRow, rows, firstByte };
    places.push(isHeld ? { ...place, chunks } : laterPlace(place, chunksOf));
    firstRow += rows;
  }
  return places;
}

// A function of its own: a closure beside the chunks would hold them.
function laterPlace(place: Omit<RowGroupPlace, 'chunks'>, chunksOf: (index: number) => Chunks): RowGroupPlace {
  return {
    ...place,
    get chunks() {
      return chunksOf(place.index);
    },
  };
}

function placeChunks(group: RowGroup, schema: SchemaTree, size: number): readonly (ChunkPlace | string)[] {
  const byPath = new Map(group.columns.map((column, order) => [column.meta_data?.path_in_schema.join('\0'), order]));
  return schema.leaves.map((leaf) => {
    const order = byPath.get(leaf.path);
    const column = order === undefined ? undefined : group.columns[order];
    if (column?.meta_data === undefined)
      return group.columns.some(({ crypto_metadata }) => crypto_metadata !== undefined)
        ? `column ${leaf.name} is encrypted`
        : `column ${leaf.name} is missing in a row group`;
    const { meta_data: data } = column;
    if (column.file_path !== undefined && column.file_path !== '') return `column ${leaf.name} lies in another file`;
    if (data.type !== leaf.type.physical) return `column ${leaf.name} has another type in a row group`;
    const dataFrom = Number(data.data_page_offset);
    const dictionaryFrom = Number(data.dictionary_page_offset ?? 0n);
    const from = dictionaryFrom >= FIRST_BYTE && dictionaryFrom < dataFrom ? dictionaryFrom : dataFrom;
    const to = from + Number(data.total_compressed_size);
    const entries = Number(data.num_values);
    const isPlaced = from >= FIRST_BYTE && to >= from && to <= size - FOOTER_END;
    if (!isPlaced || !(entries >= 0 && entries <= Number.MAX_SAFE_INTEGER))
      return `column ${leaf.name} lies outside of the file`;
    // hyparquet reads statistics by the order of columns.
    const statistics = order === leaf.index ? (data.statistics ?? null) : null;
    const expandedBytes = Math.max(to - from, Number(data.total_uncompressed_size) || 0);
    const filter = rangeWithin(data.bloom_filter_offset, data.bloom_filter_length, size);
    const bounds = rangeWithin(column.column_index_offset, column.column_index_length, size);
    const places = rangeWithin(column.offset_index_offset, column.offset_index_length, size);
    const pageIndex = bounds === null || places === null ? null : { bounds, places };
    return { from, to, codec: data.codec, entries, expandedBytes, statistics, filter, pageIndex };
  });
}

/** Only where the footer says how long it is. */
function rangeWithin(offset: bigint | undefined, length: number | undefined, size: number): FileRange | null {
  const from = Number(offset ?? 0n);
  const to = from + Number(length ?? 0);
  return from >= FIRST_BYTE && to > from && to <= size ? { from, to } : null;
}
