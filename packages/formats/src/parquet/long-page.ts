// A page of many megabytes, as writers make them that put a whole column of a row group into one: slices of some megabytes, each like a
// page of its own. Slices are made in order; one that was let go of costs the page's beginning again.

import type { CompressionCodec, PageHeader } from 'hyparquet';
import type { Compression } from '../reading.ts';
import { corrupt } from './corrupt.ts';
import { levelsOf, pageOf, type DecodedPage } from './decode-page.ts';
import { expandPieces, streamedCompression } from './expand-pieces.ts';
import { LevelSlice } from './level-slice.ts';
import type { Levels } from './levels.ts';
import { PieceBuffer } from './piece-buffer.ts';
import type { Leaf } from './schema-tree.ts';

/** A value is held whole. */
const MAX_VALUE_BYTES = 256 * 1024 * 1024;

export interface LongPageSource {
  readonly leaf: Leaf;
  readonly header: PageHeader;
  readonly compression: Compression;
  /** Bytes of a slice, about: one value may be longer. */
  readonly sliceBytes: number;
  /** The stored bytes of the page from one on, in pieces. */
  stored(from: number): AsyncIterable<Uint8Array>;
}

/** How a page is compressed that can be read in slices: its values lie one after another, and its codec can stop midway. Else null. */
export function sliceable(leaf: Leaf, header: PageHeader, codec: CompressionCodec): Compression | null {
  const { encoding } = header.data_page_header ?? header.data_page_header_v2 ?? {};
  // Only the whole page has the checksum.
  if (encoding !== 'PLAIN' || header.crc !== undefined || leaf.type.physical === 'BOOLEAN') return null;
  const isStored = header.type === 'DATA_PAGE_V2' && header.data_page_header_v2?.is_compressed === false;
  return streamedCompression(isStored ? 'UNCOMPRESSED' : codec);
}

interface PageLevels {
  readonly repetition: Levels | null;
  readonly definition: Levels | null;
}

/** Where the reading stands: behind the levels and some values. */
interface Reading {
  readonly buffer: PieceBuffer;
  readonly levels: PageLevels;
  /** Values of the page. */
  readonly count: number;
  number: number;
  value: number;
  entry: number;
}

export class LongPage {
  readonly entries: number;
  readonly #source: LongPageSource;
  #reading: Reading | null = null;

  constructor(source: LongPageSource, entries: number) {
    this.#source = source;
    this.entries = entries;
  }

  /**
   * The slice of a number; null behind the last. Throws PARQUET_CORRUPT, whatever a decompressor throws over hostile bytes, and errors of
   * storage.
   */
  async slice(number: number): Promise<DecodedPage | null> {
    if (this.#reading !== null && this.#reading.number > number) await this.#close();
    const reading = (this.#reading ??= await this.#open());
    for (;;) {
      if (reading.entry >= this.entries) {
        await this.#close();
        return null;
      }
      const slice = await this.#next(reading);
      if (reading.number > number) return slice;
      slice.free();
    }
  }

  /** Whether memory is held for what comes next. */
  get isOpen(): boolean {
    return this.#reading !== null;
  }

  /** Lets go of what is being read: it begins anew. */
  drop(): void {
    void this.#close();
  }

  async #close(): Promise<void> {
    const reading = this.#reading;
    this.#reading = null;
    await reading?.buffer.close();
  }

  async #open(): Promise<Reading> {
    const { header } = this.#source;
    const isSecond = header.type === 'DATA_PAGE_V2';
    const { buffer, levels } = isSecond ? await this.#openSecond() : await this.#openFirst();
    const count = levels.definition === null ? this.entries : levels.definition.total;
    return { buffer, levels, count, number: 0, value: 0, entry: 0 };
  }

  /** Levels lead the page, each behind its length, compressed with the values. */
  async #openFirst(): Promise<Pick<Reading, 'buffer' | 'levels'>> {
    const { header, leaf } = this.#source;
    const buffer = this.#expand(0, header.uncompressed_page_size);
    const read = async (max: number, counted: number): Promise<Levels | null> => {
      if (max === 0) return null;
      const length = (await buffer.take(4)).readUInt32LE();
      if (length > header.uncompressed_page_size) throw corrupt('a page ends within its levels');
      return levelsOf(await buffer.take(length), { from: 0, to: length }, { entries: this.entries, max, counted });
    };
    const repetition = await read(leaf.maxRepetition, 0);
    const definition = await read(leaf.maxDefinition, leaf.maxDefinition);
    return { buffer, levels: { repetition, definition } };
  }

  /** Levels lead the stored bytes as they are. */
  async #openSecond(): Promise<Pick<Reading, 'buffer' | 'levels'>> {
    const { header, leaf } = this.#source;
    const { repetition_levels_byte_length: first = 0, definition_levels_byte_length: second = 0 } =
      header.data_page_header_v2 ?? {};
    if (!(first >= 0 && second >= 0 && first + second <= header.compressed_page_size))
      throw corrupt('a page ends within its levels');
    const own = new PieceBuffer(this.#source.stored(0), first + second);
    const bytes = await own.take(first + second);
    await own.close();
    const read = (from: number, to: number, max: number, counted: number): Levels | null =>
      max === 0 ? null : levelsOf(bytes, { from, to }, { entries: this.entries, max, counted });
    const repetition = read(0, first, leaf.maxRepetition, 0);
    const definition = read(first, first + second, leaf.maxDefinition, leaf.maxDefinition);
    const length = header.uncompressed_page_size - first - second;
    return { buffer: this.#expand(first + second, length), levels: { repetition, definition } };
  }

  #expand(from: number, length: number): PieceBuffer {
    return new PieceBuffer(expandPieces(this.#source.stored(from), length, this.#source.compression), length);
  }

  async #next(reading: Reading): Promise<DecodedPage> {
    const { leaf } = this.#source;
    const { buffer, levels, count } = reading;
    const { values, length } = await countValues(buffer, count - reading.value, this.#source);
    const bytes = await buffer.take(length);
    const { entry } = reading;
    reading.value += values;
    const { definition, repetition } = levels;
    const end = definition === null ? reading.value : definition.select(reading.value);
    reading.entry = end;
    reading.number += 1;
    if (end >= this.entries) await buffer.finish();
    return pageOf(leaf, {
      bytes,
      isOwn: true,
      entries: end - entry,
      encoding: 'PLAIN',
      repetition: repetition === null ? null : new LevelSlice(repetition, entry, end),
      definition: definition === null ? null : new LevelSlice(definition, entry, end),
      valuesFrom: 0,
    });
  }
}

interface Walked {
  readonly values: number;
  readonly length: number;
}

/** How many of the next values belong to a slice. However bytes arrive, the slices are the same: as many as stand whole in so many bytes. */
async function countValues(buffer: PieceBuffer, left: number, { leaf, sliceBytes }: LongPageSource): Promise<Walked> {
  if (left === 0) return { values: 0, length: 0 };
  for (let window = sliceBytes; window <= MAX_VALUE_BYTES; window *= 2) {
    const bytes = await buffer.peek(window);
    const walked = leaf.type.physical === 'BYTE_ARRAY' ? walkTexts(bytes, left) : countFixed(bytes, left, leaf);
    if (walked.values > 0) return walked;
    if (bytes.length < window) throw corrupt('a page ends before its values');
  }
  throw corrupt(`a value of more than ${MAX_VALUE_BYTES} bytes`);
}

/** How many whole texts stand at the beginning, and what they take. */
function walkTexts(bytes: Buffer, most: number): Walked {
  let values = 0;
  let at = 0;
  while (values < most && at + 4 <= bytes.length) {
    const length = bytes.readInt32LE(at);
    if (length < 0) throw corrupt('a page ends within a value');
    if (at + 4 + length > bytes.length) break;
    at += 4 + length;
    values += 1;
  }
  return { values, length: at };
}

function countFixed(bytes: Buffer, most: number, { type }: Leaf): Walked {
  const { physical, width } = type;
  const size = physical === 'FIXED_LEN_BYTE_ARRAY' ? width : physical === 'INT96' ? 12 : WIDE.has(physical) ? 8 : 4;
  const values = Math.min(most, Math.floor(bytes.length / size));
  return { values, length: values * size };
}

const WIDE: ReadonlySet<string> = new Set(['INT64', 'DOUBLE']);
