// Hot path. A stored data page -> its levels, where its rows begin, and its values.

import { crc32 } from 'node:zlib';
import type { CompressionCodec, Encoding, PageHeader } from 'hyparquet';
import { corrupt } from './corrupt.ts';
import { decompressPage } from './decompress-page.ts';
import { readHybrid } from './hybrid-integers.ts';
import { decodeValues, Dictionary, type PageValues } from './page-values.ts';
import type { Leaf } from './schema-tree.ts';

/** Runs let a few bytes stand for any number of levels. */
const MAX_ENTRIES = 1 << 26;

/** Shorter buffers may be part of a pool. */
const MIN_FREED_BYTES = 64 * 1024;

/** An entry is a value, a null or an empty list. Columns without lists have one entry for each row. */
export interface DecodedPage {
  readonly entries: number;
  /** null: every entry begins a row. */
  readonly repetition: Uint8Array | null;
  /** null: every entry has a value. */
  readonly definition: Uint8Array | null;
  /** Entries at the beginning that belong to the row before. */
  readonly leading: number;
  /** Rows that begin in the page. */
  readonly rows: number;
  /** Decoded when first asked for. */
  readonly values: () => PageValues;
  /** Bytes of memory, about. */
  readonly cost: number;
  /** Gives memory back at once: collecting garbage is late for pages of a hundred megabytes. Nothing of the page may be used after. */
  readonly free: () => void;
}

interface Layout {
  readonly bytes: Buffer;
  readonly entries: number;
  readonly encoding: Encoding;
  readonly repetition: Uint8Array | null;
  readonly definition: Uint8Array | null;
  readonly valuesFrom: number;
}

/** Throws PARQUET_CORRUPT, or whatever a decoder throws over hostile bytes. */
export function decodeDataPage(
  leaf: Leaf,
  stored: Buffer,
  page: { readonly header: PageHeader; readonly codec: CompressionCodec },
  dictionary: Dictionary | null,
): DecodedPage {
  checkSum(stored, page.header);
  const layout = page.header.type === 'DATA_PAGE_V2' ? layoutV2(leaf, stored, page) : layoutV1(leaf, stored, page);
  const { entries, repetition, encoding, bytes, valuesFrom } = layout;
  const isOwn = bytes.buffer !== stored.buffer;
  const count = layout.definition === null ? entries : countPresent(layout.definition, leaf.maxDefinition);
  const begun = repetition === null ? { leading: 0, rows: entries } : countRows(repetition, leaf.maxRepetition);
  let values: PageValues | null = null;
  return {
    entries,
    repetition,
    definition: count === entries ? null : layout.definition,
    ...begun,
    values: () => (values ??= decodeValues(leaf.type, { bytes, from: valuesFrom, encoding, count }, dictionary)),
    cost: bytes.length + count * 8 + (repetition?.length ?? 0) + (layout.definition?.length ?? 0),
    free: () => {
      if (isOwn && bytes.length >= MIN_FREED_BYTES) (bytes.buffer as ArrayBuffer).transfer(0);
    },
  };
}

/** Throws like `decodeDataPage`. */
export function decodeDictionaryPage(
  leaf: Leaf,
  stored: Buffer,
  { header, codec }: { readonly header: PageHeader; readonly codec: CompressionCodec },
): Dictionary {
  checkSum(stored, header);
  const bytes = decompressPage(stored, header.uncompressed_page_size, codec);
  const count = header.dictionary_page_header?.num_values ?? -1;
  if (!(count >= 0 && count <= MAX_ENTRIES)) throw corrupt(`a dictionary of ${count} values`);
  return new Dictionary(decodeValues(leaf.type, { bytes, from: 0, encoding: 'PLAIN', count }, null));
}

function checkSum(stored: Buffer, { crc }: PageHeader): void {
  if (crc !== undefined && crc32(stored) !== crc >>> 0) throw corrupt('the checksum of a page is wrong');
}

type Page = { readonly header: PageHeader; readonly codec: CompressionCodec };

function layoutV1(leaf: Leaf, stored: Buffer, { header, codec }: Page): Layout {
  const { data_page_header: data } = header;
  if (data === undefined) throw corrupt('a page without its header');
  const entries = checkEntries(data.num_values);
  const bytes = decompressPage(stored, header.uncompressed_page_size, codec);
  let at = 0;
  const readLevels = (max: number, encoding: Encoding): Uint8Array | null => {
    if (max === 0) return null;
    if (encoding !== 'RLE') throw corrupt(`levels in encoding ${encoding}`);
    if (at + 4 > bytes.length) throw corrupt('a page ends before its levels');
    const to = at + 4 + bytes.readUInt32LE(at);
    if (to > bytes.length) throw corrupt('a page ends within its levels');
    const levels = unpackLevels(bytes, at + 4, to, { entries, max });
    at = to;
    return levels;
  };
  const repetition = readLevels(leaf.maxRepetition, data.repetition_level_encoding);
  const definition = readLevels(leaf.maxDefinition, data.definition_level_encoding);
  return { bytes, entries, encoding: data.encoding, repetition, definition, valuesFrom: at };
}

function layoutV2(leaf: Leaf, stored: Buffer, { header, codec }: Page): Layout {
  const { data_page_header_v2: data } = header;
  if (data === undefined) throw corrupt('a page without its header');
  const entries = checkEntries(data.num_values);
  const { repetition_levels_byte_length: repetitionBytes, definition_levels_byte_length: definitionBytes } = data;
  const levelBytes = repetitionBytes + definitionBytes;
  if (!(repetitionBytes >= 0 && definitionBytes >= 0 && levelBytes <= stored.length))
    throw corrupt('a page ends within its levels');
  const { maxRepetition, maxDefinition } = leaf;
  const repetition =
    maxRepetition === 0 ? null : unpackLevels(stored, 0, repetitionBytes, { entries, max: maxRepetition });
  const definition =
    maxDefinition === 0 ? null : unpackLevels(stored, repetitionBytes, levelBytes, { entries, max: maxDefinition });
  const rest = stored.subarray(levelBytes);
  const length = header.uncompressed_page_size - levelBytes;
  // Writers leave out values that are not there, compressed or not.
  const isStored = data.is_compressed === false || rest.length === 0;
  const bytes = decompressPage(rest, length, isStored ? 'UNCOMPRESSED' : codec);
  return { bytes, entries, encoding: data.encoding, repetition, definition, valuesFrom: 0 };
}

function checkEntries(entries: number): number {
  if (!(entries >= 0 && entries <= MAX_ENTRIES)) throw corrupt(`a page of ${entries} entries`);
  return entries;
}

function unpackLevels(
  bytes: Buffer,
  from: number,
  to: number,
  { entries, max }: { readonly entries: number; readonly max: number },
): Uint8Array {
  const levels = new Uint8Array(entries);
  readHybrid(bytes, { from, to }, 32 - Math.clz32(max), levels);
  return levels;
}

function countPresent(definition: Uint8Array, max: number): number {
  let count = 0;
  let highest = 0;
  for (let index = 0; index < definition.length; index += 1) {
    const level = definition[index] as number;
    if (level === max) count += 1;
    else if (level > highest) highest = level;
  }
  if (highest > max) throw corrupt(`a level of ${highest} in a column with ${max}`);
  return count;
}

function countRows(repetition: Uint8Array, max: number): { readonly leading: number; readonly rows: number } {
  let rows = 0;
  let leading = 0;
  let highest = 0;
  for (let index = 0; index < repetition.length; index += 1) {
    const level = repetition[index] as number;
    if (level > highest) highest = level;
    if (level === 0) rows += 1;
    else if (rows === 0) leading += 1;
  }
  if (highest > max) throw corrupt(`a level of ${highest} in a column with ${max}`);
  return { leading, rows };
}
