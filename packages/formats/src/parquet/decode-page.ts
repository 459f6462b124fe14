// Hot path. A stored data page -> its levels, where its rows begin, and its values.

import { crc32 } from 'node:zlib';
import type { CompressionCodec, Encoding, PageHeader } from 'hyparquet';
import { corrupt } from './corrupt.ts';
import { decompressBeginning, decompressPage } from './decompress-page.ts';
import { HybridBlocks } from './hybrid-blocks.ts';
import type { LevelLookup } from './level-slice.ts';
import { Levels } from './levels.ts';
import { decodeValues, Dictionary, type PageValues } from './page-values.ts';
import type { Leaf } from './schema-tree.ts';

/** Runs let a few bytes stand for any number of levels. */
const MAX_ENTRIES = 1 << 26;

/** Of a page's levels and places, which are looked up where they stand. */
const LEAST_COST = 16 * 1024;

/** Shorter buffers may be part of a pool. */
const MIN_FREED_BYTES = 64 * 1024;

/** An entry is a value, a null or an empty list. Columns without lists have one entry for each row. */
export interface DecodedPage {
  readonly entries: number;
  /** 0 counts. null: every entry begins a row. */
  readonly repetition: LevelLookup | null;
  /** The highest counts. null: every entry has a value. */
  readonly definition: LevelLookup | null;
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

/** The stored beginning of a page instead of all of it. */
export interface PageCut {
  /** Bytes of the page that are wanted; more may come. */
  readonly wanted: number;
}

export interface PageLayout {
  readonly bytes: Buffer;
  readonly entries: number;
  readonly encoding: Encoding;
  readonly repetition: LevelLookup | null;
  readonly definition: LevelLookup | null;
  readonly valuesFrom: number;
}

interface Page {
  readonly header: PageHeader;
  readonly codec: CompressionCodec;
  readonly cut?: PageCut | undefined;
  /** Its bytes, where they were decompressed already. */
  readonly expanded?: Buffer | null;
}

/** Throws PARQUET_CORRUPT, or whatever a decoder throws over hostile bytes; of a page that was cut, also where more of it is needed. */
export function decodeDataPage(leaf: Leaf, stored: Buffer, page: Page, dictionary: Dictionary | null): DecodedPage {
  if (page.cut === undefined) checkSum(stored, page.header);
  const layout = page.header.type === 'DATA_PAGE_V2' ? layoutV2(leaf, stored, page) : layoutV1(leaf, stored, page);
  const isOwn = layout.bytes.buffer !== stored.buffer;
  return pageOf(leaf, { ...layout, isOwn, isCut: page.cut !== undefined }, dictionary);
}

/** A page whose bytes are at hand. `isOwn`: they may be given back when the page is let go of. */
export function pageOf(
  leaf: Leaf,
  layout: PageLayout & { readonly isOwn: boolean; readonly isCut?: boolean },
  dictionary: Dictionary | null = null,
): DecodedPage {
  const { entries, repetition, definition, encoding, bytes, valuesFrom, isOwn, isCut = false } = layout;
  const count = definition === null ? entries : definition.total;
  const rows = repetition === null ? entries : repetition.total;
  let values: PageValues | null = null;
  return {
    entries,
    repetition: rows === entries ? null : repetition,
    definition: count === entries ? null : definition,
    rows,
    leading: repetition === null ? 0 : repetition.select(0),
    values: () => (values ??= decodeValues(leaf.type, { bytes, from: valuesFrom, encoding, count, isCut }, dictionary)),
    cost: bytes.length + LEAST_COST,
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

function layoutV1(leaf: Leaf, stored: Buffer, { header, codec, cut, expanded }: Page): PageLayout {
  const { data_page_header: data } = header;
  if (data === undefined) throw corrupt('a page without its header');
  const entries = checkEntries(data.num_values);
  const bytes = expanded ?? expandPage(stored, header.uncompressed_page_size, codec, cut);
  let at = 0;
  const readLevels = (max: number, counted: number, encoding: Encoding): Levels | null => {
    if (max === 0) return null;
    if (encoding !== 'RLE') throw corrupt(`levels in encoding ${encoding}`);
    if (at + 4 > bytes.length) throw corrupt('a page ends before its levels');
    const to = at + 4 + bytes.readUInt32LE(at);
    if (to > bytes.length) throw corrupt('a page ends within its levels');
    const levels = levelsOf(bytes, { from: at + 4, to }, { entries, max, counted });
    at = to;
    return levels;
  };
  const { maxRepetition, maxDefinition } = leaf;
  const repetition = readLevels(maxRepetition, 0, data.repetition_level_encoding);
  const definition = readLevels(maxDefinition, maxDefinition, data.definition_level_encoding);
  return { bytes, entries, encoding: data.encoding, repetition, definition, valuesFrom: at };
}

function layoutV2(leaf: Leaf, stored: Buffer, { header, codec, cut }: Page): PageLayout {
  const { data_page_header_v2: data } = header;
  if (data === undefined) throw corrupt('a page without its header');
  const entries = checkEntries(data.num_values);
  const { repetition_levels_byte_length: repetitionBytes, definition_levels_byte_length: definitionBytes } = data;
  const levelBytes = repetitionBytes + definitionBytes;
  if (!(repetitionBytes >= 0 && definitionBytes >= 0 && levelBytes <= stored.length))
    throw corrupt('a page ends within its levels');
  const { maxRepetition, maxDefinition } = leaf;
  // A copy: levels must not keep all that was read along with them.
  const own = Buffer.from(stored.subarray(0, levelBytes));
  const levels = (from: number, to: number, max: number, counted: number): Levels | null =>
    max === 0 ? null : levelsOf(own, { from, to }, { entries, max, counted });
  const repetition = levels(0, repetitionBytes, maxRepetition, 0);
  const definition = levels(repetitionBytes, levelBytes, maxDefinition, maxDefinition);
  const rest = stored.subarray(levelBytes);
  const length = header.uncompressed_page_size - levelBytes;
  // Writers leave out values that are not there, compressed or not.
  const isStored = data.is_compressed === false || rest.length === 0;
  const bytes = expandPage(rest, length, isStored ? 'UNCOMPRESSED' : codec, cut);
  return { bytes, entries, encoding: data.encoding, repetition, definition, valuesFrom: 0 };
}

function checkEntries(entries: number): number {
  if (!(entries >= 0 && entries <= MAX_ENTRIES)) throw corrupt(`a page of ${entries} entries`);
  return entries;
}

/** Levels that stand in bytes; those that are `counted` are looked up by their number. */
export function levelsOf(
  bytes: Buffer,
  range: { readonly from: number; readonly to: number },
  { entries, max, counted }: { readonly entries: number; readonly max: number; readonly counted: number },
): Levels {
  return new Levels(new HybridBlocks(bytes, range, 32 - Math.clz32(max), entries), max, counted);
}

function expandPage(stored: Buffer, length: number, codec: CompressionCodec, cut: PageCut | undefined): Buffer {
  return cut === undefined
    ? decompressPage(stored, length, codec)
    : decompressBeginning(stored, { wanted: Math.min(cut.wanted, length), length }, codec);
}
