// Hot path. Repetition or definition levels of a page: how many entries have the level that counts, and where they stand. Looked up
// block by block; in ascending order every block is unpacked once.

import { corrupt } from './corrupt.ts';
import { BLOCK_LENGTH, type HybridBlocks } from './hybrid-blocks.ts';

export class Levels {
  readonly length: number;
  /** Entries of the level that counts. */
  readonly total: number;
  readonly #blocks: HybridBlocks;
  readonly #counted: number;
  /** Counted entries before each block. */
  readonly #before: Int32Array;
  // The block at hand: either one level for all of it, or its levels, ranks and places.
  #block = -1;
  #start = 0;
  #end = 0;
  #level = -1;
  readonly #levels = new Uint8Array(BLOCK_LENGTH);
  readonly #ranks = new Int32Array(BLOCK_LENGTH);
  readonly #places = new Int32Array(BLOCK_LENGTH);

  /** `counted`: the level that counts; 0 begins a row, the highest definition has a value. Throws PARQUET_CORRUPT. */
  constructor(blocks: HybridBlocks, max: number, counted: number) {
    this.length = blocks.length;
    this.#blocks = blocks;
    this.#counted = counted;
    this.#before = new Int32Array(blocks.count + 1);
    let total = 0;
    for (let block = 0; block < blocks.count; block += 1) {
      total += this.#count(block, max);
      this.#before[block + 1] = total;
    }
    this.total = total;
  }

  at(entry: number): number {
    if (entry < this.#start || entry >= this.#end) this.#load(this.#blocks.blockOf(entry));
    return this.#level === -1 ? (this.#levels[entry - this.#start] as number) : this.#level;
  }

  /** How many counted entries stand before an entry; before the one behind the last: all. */
  rank(entry: number): number {
    if (entry >= this.length) return this.total;
    if (entry < this.#start || entry >= this.#end) this.#load(this.#blocks.blockOf(entry));
    const before = this.#before[this.#block] as number;
    if (this.#level === -1) return before + (this.#ranks[entry - this.#start] as number);
    return this.#level === this.#counted ? before + entry - this.#start : before;
  }

  /** The counted entry of a number from 0; of the one behind the last: the number of entries. */
  select(number: number): number {
    if (number >= this.total) return this.length;
    if (this.#block === -1 || !this.#holds(this.#block, number)) this.#load(this.#blockOfNumber(number));
    const place = number - (this.#before[this.#block] as number);
    return this.#start + (this.#level === -1 ? (this.#places[place] as number) : place);
  }

  #holds(block: number, number: number): boolean {
    return number >= (this.#before[block] as number) && number < (this.#before[block + 1] as number);
  }

  #blockOfNumber(number: number): number {
    const before = this.#before;
    let low = 0;
    let high = before.length - 1;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((before[middle + 1] as number) > number) high = middle;
      else low = middle + 1;
    }
    return low;
  }

  #count(block: number, max: number): number {
    const blocks = this.#blocks;
    const length = blocks.start(block + 1) - blocks.start(block);
    const value = blocks.valueOf(block);
    if (value > max) throw corrupt(`a level of ${value} in a column with ${max}`);
    if (value !== -1) return value === this.#counted ? length : 0;
    const levels = this.#levels;
    const counted = this.#counted;
    blocks.unpack(block, levels);
    let count = 0;
    let highest = 0;
    for (let index = 0; index < length; index += 1) {
      const level = levels[index] as number;
      if (level === counted) count += 1;
      if (level > highest) highest = level;
    }
    if (highest > max) throw corrupt(`a level of ${highest} in a column with ${max}`);
    return count;
  }

  #load(block: number): void {
    const blocks = this.#blocks;
    this.#block = block;
    this.#start = blocks.start(block);
    this.#end = blocks.start(block + 1);
    this.#level = blocks.valueOf(block);
    if (this.#level !== -1) return;
    const levels = this.#levels;
    const length = this.#end - this.#start;
    blocks.unpack(block, levels);
    let rank = 0;
    for (let index = 0; index < length; index += 1) {
      this.#ranks[index] = rank;
      if (levels[index] !== this.#counted) continue;
      this.#places[rank] = index;
      rank += 1;
    }
  }
}
