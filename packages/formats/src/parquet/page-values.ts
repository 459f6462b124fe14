// Hot path. The values of a page, decoded as far as they are asked for: a value is made when somebody looks at it.

import type { DocumentValue, InputError } from '@coldhunt/core';
import { byteStreamSplit } from 'hyparquet/src/encoding.js';
import type { Encoding } from 'hyparquet';
import { corrupt } from './corrupt.ts';
import { unpackByteArrays, unpackIntegers, unpackLengths } from './delta-values.ts';
import { BLOCK_LENGTH, HybridBlocks } from './hybrid-blocks.ts';
import type { LeafType } from './leaf-type.ts';
import type { PickedValues } from './picked-values.ts';
import { PlainTexts } from './plain-texts.ts';

/** Values by their index in the page; nulls have none. */
export interface PageValues {
  readonly length: number;
  at(index: number): DocumentValue;
  /** Adds a value to others. */
  pick(index: number, picked: PickedValues): void;
}

/** Where the bytes of values lie. */
export interface ByteSpans {
  readonly bytes: Buffer;
  readonly starts: Int32Array;
  readonly ends: Int32Array;
}

export interface ValueSource {
  readonly bytes: Buffer;
  readonly from: number;
  readonly encoding: Encoding;
  readonly count: number;
  /** The bytes are the beginning of a page: values behind them throw. */
  readonly isCut?: boolean;
}

/** The values of a page. Throws PARQUET_CORRUPT, and whatever hyparquet throws over hostile bytes; so does `at`. */
export function decodeValues(type: LeafType, source: ValueSource, dictionary: Dictionary | null): PageValues {
  const { bytes, from, encoding, count } = source;
  if (count === 0) return storedNumbers([], type);
  switch (encoding) {
    case 'PLAIN':
      return decodePlain(type, source);
    case 'PLAIN_DICTIONARY':
    case 'RLE_DICTIONARY':
      if (dictionary === null) throw corrupt('a page refers to a dictionary that is missing');
      needBytes(bytes, from, 1);
      return new IndexValues(
        new HybridBlocks(bytes, { from: from + 1, to: bytes.length }, bytes[from] as number, count),
        dictionary,
      );
    case 'RLE':
      return decodeRunsOfBooleans(type, bytes, from, count);
    case 'DELTA_BINARY_PACKED':
      return numbersOf(unpackIntegers(bytes, from, count, type.physical === 'INT64'), type);
    case 'DELTA_LENGTH_BYTE_ARRAY':
      return new SpanValues(unpackLengths(bytes, from, count), type);
    case 'DELTA_BYTE_ARRAY':
      return new SpanValues(unpackByteArrays(bytes, from, count), type);
    case 'BYTE_STREAM_SPLIT':
      return decodeSplit(type, bytes, from, count);
    default:
      throw corrupt(`encoding ${encoding} is not known`);
  }
}

/** The values of a dictionary page, each made once. */
export class Dictionary {
  readonly values: PageValues;
  readonly #made: (DocumentValue | undefined)[] = [];

  constructor(values: PageValues) {
    this.values = values;
  }

  at(index: number): DocumentValue {
    let value = this.#made[index];
    if (value === undefined) this.#made[index] = value = this.values.at(index);
    return value;
  }
}

/** Indices into a dictionary; in ascending order every block of them is unpacked once. */
export class IndexValues implements PageValues {
  readonly blocks: HybridBlocks;
  readonly dictionary: Dictionary;
  #start = 0;
  #end = 0;
  #only = -1;
  readonly #indices = new Int32Array(BLOCK_LENGTH);

  constructor(blocks: HybridBlocks, dictionary: Dictionary) {
    this.blocks = blocks;
    this.dictionary = dictionary;
  }

  get length(): number {
    return this.blocks.length;
  }

  /** Throws PARQUET_CORRUPT where the dictionary has no such entry. */
  at(index: number): DocumentValue {
    return this.dictionary.at(this.#entryOf(index));
  }

  pick(index: number, picked: PickedValues): void {
    picked.addEntry(this.dictionary, this.#entryOf(index));
  }

  #entryOf(index: number): number {
    if (index < this.#start || index >= this.#end) this.#load(this.blocks.blockOf(index));
    const entry = this.#only === -1 ? (this.#indices[index - this.#start] as number) : this.#only;
    const size = this.dictionary.values.length;
    if (entry < 0 || entry >= size) throw noEntry(entry, size);
    return entry;
  }

  #load(block: number): void {
    this.#start = this.blocks.start(block);
    this.#end = this.blocks.start(block + 1);
    this.#only = this.blocks.valueOf(block);
    if (this.#only === -1) this.blocks.unpack(block, this.#indices);
  }
}

/** The error of an index that lies. */
export function noEntry(entry: number, size: number): InputError {
  return corrupt(`a page refers to entry ${entry} of a dictionary of ${size}`);
}

export class SpanValues implements PageValues {
  readonly spans: ByteSpans;
  readonly #type: LeafType;

  constructor(spans: ByteSpans, type: LeafType) {
    this.spans = spans;
    this.#type = type;
  }

  get length(): number {
    return this.spans.starts.length;
  }

  at(index: number): DocumentValue {
    const { bytes, starts, ends } = this.spans;
    return this.#type.ofBytes(bytes, starts[index] ?? 0, ends[index] ?? 0);
  }

  pick(index: number, picked: PickedValues): void {
    const { bytes, starts, ends } = this.spans;
    picked.addBytes(bytes, starts[index] ?? 0, ends[index] ?? 0);
  }
}

/** Values that each reading makes anew: numbers as they lie in the page or were unpacked, bits, texts of fixed length. */
class StoredValues implements PageValues {
  readonly length: number;
  readonly #read: (index: number) => DocumentValue;

  constructor(length: number, read: (index: number) => DocumentValue) {
    this.length = length;
    this.#read = read;
  }

  at(index: number): DocumentValue {
    return this.#read(index);
  }

  pick(index: number, picked: PickedValues): void {
    picked.addOther(this.at(index));
  }
}

function decodePlain(type: LeafType, { bytes, from, count, isCut = false }: ValueSource): PageValues {
  const { physical, width } = type;
  const needAll = (length: number): void => {
    if (!isCut) needBytes(bytes, from, length);
  };
  if (physical === 'BYTE_ARRAY') {
    // Every value takes four bytes at least.
    needAll(count * 4);
    return new PlainTexts(type, bytes, from, count);
  }
  if (physical === 'BOOLEAN') {
    needBytes(bytes, from, Math.ceil(count / 8));
    return new StoredValues(count, (index) => type.ofNumber(((bytes[from + (index >> 3)] ?? 0) >> (index & 7)) & 1));
  }
  const size = { INT32: 4, FLOAT: 4, INT64: 8, DOUBLE: 8, INT96: 12, FIXED_LEN_BYTE_ARRAY: width }[physical];
  needAll(count * size);
  switch (physical) {
    case 'INT32':
      return new StoredValues(count, (index) => type.ofNumber(bytes.readInt32LE(from + index * 4)));
    case 'FLOAT':
      return new StoredValues(count, (index) => type.ofNumber(bytes.readFloatLE(from + index * 4)));
    case 'INT64':
      return new StoredValues(count, (index) => type.ofBigint(bytes.readBigInt64LE(from + index * 8)));
    case 'DOUBLE':
      return new StoredValues(count, (index) => type.ofNumber(bytes.readDoubleLE(from + index * 8)));
    case 'INT96':
      return new StoredValues(count, (index) => type.ofBigint(readInt96Nanos(bytes, from + index * 12)));
    case 'FIXED_LEN_BYTE_ARRAY':
      return new StoredValues(count, (index) => {
        const start = from + index * width;
        needBytes(bytes, start, width);
        return type.ofBytes(bytes, start, start + width);
      });
  }
}

const UNIX_EPOCH_JULIAN_DAY = 2_440_588n;
const DAY_NANOS = 86_400_000_000_000n;

/** Nanoseconds of the day, then the Julian day, as Impala and Spark wrote times. */
function readInt96Nanos(bytes: Buffer, at: number): bigint {
  const day = BigInt(bytes.readInt32LE(at + 8)) - UNIX_EPOCH_JULIAN_DAY;
  return day * DAY_NANOS + bytes.readBigInt64LE(at);
}

function decodeRunsOfBooleans(type: LeafType, bytes: Buffer, from: number, count: number): PageValues {
  if (type.physical !== 'BOOLEAN') throw corrupt(`encoding RLE in a column of ${type.physical}`);
  needBytes(bytes, from, 4);
  const bits = new Uint8Array(count);
  new HybridBlocks(bytes, { from: from + 4, to: bytes.length }, 1, count).unpackAll(bits);
  return storedNumbers(bits, type);
}

function decodeSplit(type: LeafType, bytes: Buffer, from: number, count: number): PageValues {
  const { physical, width } = type;
  const size = physical === 'FIXED_LEN_BYTE_ARRAY' ? width : physical === 'INT64' || physical === 'DOUBLE' ? 8 : 4;
  needBytes(bytes, from, count * size);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const values = byteStreamSplit({ view, offset: from }, count, physical, width);
  if (physical !== 'FIXED_LEN_BYTE_ARRAY') return numbersOf(values, type);
  return new StoredValues(count, (index) => type.ofBytes(Buffer.from(values[index] as Uint8Array), 0, width));
}

function numbersOf(values: ArrayLike<unknown>, type: LeafType): PageValues {
  if (!(values instanceof BigInt64Array)) return storedNumbers(values as ArrayLike<number>, type);
  return new StoredValues(values.length, (index) => type.ofBigint(values[index] ?? 0n));
}

function storedNumbers(numbers: ArrayLike<number>, type: LeafType): PageValues {
  return new StoredValues(numbers.length, (index) => type.ofNumber(numbers[index] ?? 0));
}

function needBytes(bytes: Buffer, from: number, length: number): void {
  if (from + length > bytes.length) throw corrupt('a page ends before its values');
}
