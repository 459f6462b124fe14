// The delta encodings, unpacked by hyparquet once their counts are known to be no lies.

import { deltaBinaryUnpack } from 'hyparquet/src/delta.js';
import { corrupt } from './corrupt.ts';
import type { ByteSpans } from './page-values.ts';

/** More values of one page are not unpacked: a few bytes can stand for any number of them. */
const MAX_VALUES = 1 << 24;
const MAX_BLOCK = 1 << 20;
const MAX_MINIBLOCKS = 1 << 12;
/** Front-coded values can grow far beyond their bytes. */
const MAX_UNPACKED_BYTES = 256 * 1024 * 1024;

/** Throws PARQUET_CORRUPT, or whatever hyparquet throws where bytes end early. */
export function unpackIntegers(bytes: Buffer, from: number, count: number, is64: boolean): Int32Array | BigInt64Array {
  return unpack(readerOf(bytes, from), count, is64);
}

/** Lengths, then the bytes of all values. */
export function unpackLengths(bytes: Buffer, from: number, count: number): ByteSpans {
  const reader = readerOf(bytes, from);
  const lengths = unpack(reader, count, false) as Int32Array;
  return toSpans(bytes, reader.offset, lengths);
}

/** Each value: how much of the one before it begins with, and what follows. */
export function unpackByteArrays(bytes: Buffer, from: number, count: number): ByteSpans {
  const reader = readerOf(bytes, from);
  const prefixes = unpack(reader, count, false) as Int32Array;
  const lengths = unpack(reader, count, false) as Int32Array;
  return joinPrefixes(prefixes, toSpans(bytes, reader.offset, lengths));
}

interface Reader {
  readonly view: DataView;
  offset: number;
}

function readerOf(bytes: Buffer, from: number): Reader {
  return { view: new DataView(bytes.buffer, bytes.byteOffset, bytes.length), offset: from };
}

function unpack(reader: Reader, count: number, is64: boolean): Int32Array | BigInt64Array {
  if (count > MAX_VALUES) throw corrupt(`a page of ${count} values that were packed as differences`);
  checkBlocks(reader, count);
  const out = is64 ? new BigInt64Array(count) : new Int32Array(count);
  deltaBinaryUnpack(reader, count, out);
  return out;
}

function checkBlocks({ view, offset }: Reader, count: number): void {
  const cursor = { view, offset };
  const block = readSmall(cursor);
  const miniblocks = readSmall(cursor);
  const total = readSmall(cursor);
  const isSound = block > 0 && block <= MAX_BLOCK && miniblocks > 0 && miniblocks <= MAX_MINIBLOCKS;
  if (!isSound || block % miniblocks !== 0 || (block / miniblocks) % 8 !== 0)
    throw corrupt(`differences in blocks of ${block} with ${miniblocks} parts`);
  if (total < count) throw corrupt(`a page of ${count} values holds ${total}`);
}

function readSmall(cursor: { readonly view: DataView; offset: number }): number {
  let value = 0;
  for (let shift = 0; shift < 35; shift += 7) {
    const byte = cursor.view.getUint8(cursor.offset);
    cursor.offset += 1;
    value += (byte & 0x7f) * 2 ** shift;
    if (byte < 0x80) return value;
  }
  throw corrupt('an integer is too long');
}

function toSpans(bytes: Buffer, from: number, lengths: Int32Array): ByteSpans {
  const starts = new Int32Array(lengths.length);
  const ends = new Int32Array(lengths.length);
  let at = from;
  for (let index = 0; index < lengths.length; index += 1) {
    const length = lengths[index] as number;
    starts[index] = at;
    at += length;
    if (length < 0 || at > bytes.length) throw corrupt('a page ends within a value');
    ends[index] = at;
  }
  return { bytes, starts, ends };
}

function joinPrefixes(prefixes: Int32Array, suffixes: ByteSpans): ByteSpans {
  const starts = new Int32Array(prefixes.length);
  const ends = new Int32Array(prefixes.length);
  let at = 0;
  for (let index = 0; index < prefixes.length; index += 1) {
    const prefix = prefixes[index] as number;
    const before = index === 0 ? 0 : at - (starts[index - 1] as number);
    if (prefix < 0 || prefix > before) throw corrupt('a value begins with more than the one before it has');
    starts[index] = at;
    at += prefix + (suffixes.ends[index] as number) - (suffixes.starts[index] as number);
    if (at > MAX_UNPACKED_BYTES) throw corrupt(`the values of a page take more than ${MAX_UNPACKED_BYTES} bytes`);
    ends[index] = at;
  }
  const joined = Buffer.allocUnsafeSlow(at);
  for (let index = 0; index < prefixes.length; index += 1) {
    const start = starts[index] as number;
    const prefix = prefixes[index] as number;
    if (prefix > 0) joined.copyWithin(start, starts[index - 1] as number, (starts[index - 1] as number) + prefix);
    suffixes.bytes.copy(joined, start + prefix, suffixes.starts[index], suffixes.ends[index]);
  }
  return { bytes: joined, starts, ends };
}
