// Hot path. Parquet's mix of runs and bit-packed integers, found but not unpacked: levels and dictionary indices are looked up block
// by block, for a handful of rows in a page of a hundred thousand.

import { corrupt } from './corrupt.ts';
import { unpackIntegers } from './unpack-integers.ts';

/** Integers of a packed block; a run of one value may be of any length. */
export const BLOCK_LENGTH = 512;

const PACKED = -1;

/** Integers by their index. */
export class HybridBlocks {
  readonly length: number;
  readonly width: number;
  readonly #bytes: Uint8Array;
  #count = 0;
  #starts = new Int32Array(16);
  #ats = new Int32Array(16);
  #values = new Float64Array(16);

  /**
   * `length` integers of `width` bits from `bytes[from, to)`; missing bits behind the last wanted integer are no matter. Throws
   * PARQUET_CORRUPT when the bytes end before.
   */
  constructor(bytes: Uint8Array, range: { readonly from: number; readonly to: number }, width: number, length: number) {
    if (width > 32) throw corrupt(`integers of ${width} bits`);
    this.#bytes = bytes;
    this.width = width;
    this.length = length;
    if (width === 0) this.#add(0, 0, 0);
    else this.#find(range.from, Math.min(range.to, bytes.length));
    this.#starts[this.#count] = length;
  }

  /** How many blocks there are. */
  get count(): number {
    return this.#count;
  }

  /** Number of the first integer of a block; of the one behind the last, `length`. */
  start(block: number): number {
    return this.#starts[block] as number;
  }

  /** The value that all integers of a block have, or -1. */
  valueOf(block: number): number {
    return this.#values[block] as number;
  }

  /** The block that holds an integer. */
  blockOf(index: number): number {
    let low = 0;
    let high = this.#count;
    while (high - low > 1) {
      const middle = (low + high) >>> 1;
      if ((this.#starts[middle] as number) <= index) low = middle;
      else high = middle;
    }
    return low;
  }

  /** Writes the integers of a block to the beginning of `out`. */
  unpack(block: number, out: Uint8Array | Int32Array): void {
    const length = this.start(block + 1) - this.start(block);
    const value = this.valueOf(block);
    if (value === PACKED) unpackIntegers(this.#bytes, this.#ats[block] as number, this.width, out, length);
    else out.fill(value, 0, length);
  }

  /** Writes all integers to `out`. */
  unpackAll(out: Uint8Array | Int32Array): void {
    for (let block = 0; block < this.#count; block += 1)
      this.unpack(block, out.subarray(this.start(block), this.start(block + 1)));
  }

  #find(from: number, to: number): void {
    const { width, length } = this;
    const bytes = this.#bytes;
    const valueBytes = (width + 7) >> 3;
    const blockBytes = (BLOCK_LENGTH * width) >> 3;
    let at = from;
    let seen = 0;
    while (seen < length) {
      let header = 0;
      let factor = 1;
      for (;;) {
        if (at >= to || factor > 2 ** 49) throw endsEarly();
        const byte = bytes[at] as number;
        at += 1;
        header += (byte & 0x7f) * factor;
        if (byte < 0x80) break;
        factor *= 128;
      }
      const half = Math.floor(header / 2);
      if (header % 2 === 0) {
        if (at + valueBytes > to) throw endsEarly();
        let value = 0;
        for (let index = valueBytes - 1; index >= 0; index -= 1) value = value * 256 + (bytes[at + index] as number);
        at += valueBytes;
        if (half > 0) this.#add(seen, 0, value);
        seen += half;
      } else {
        const count = Math.min(half * 8, length - seen);
        if (at + Math.ceil((count * width) / 8) > to) throw endsEarly();
        for (let first = 0, place = at; first < count; first += BLOCK_LENGTH, place += blockBytes)
          this.#add(seen + first, place, PACKED);
        seen += count;
        at += half * width;
      }
    }
  }

  #add(start: number, at: number, value: number): void {
    const block = this.#count;
    if (block + 1 === this.#starts.length) {
      this.#starts = grown(this.#starts, Int32Array);
      this.#ats = grown(this.#ats, Int32Array);
      this.#values = grown(this.#values, Float64Array);
    }
    this.#starts[block] = start;
    this.#ats[block] = at;
    this.#values[block] = value;
    this.#count = block + 1;
  }
}

function grown<T extends Int32Array | Float64Array>(list: T, Type: new (length: number) => T): T {
  const longer = new Type(list.length * 2);
  longer.set(list);
  return longer;
}

function endsEarly(): Error {
  return corrupt('runs of integers end early');
}
