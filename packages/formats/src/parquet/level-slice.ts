// Hot path. The levels of some entries of a page, looked up in those of all.

import type { Levels } from './levels.ts';

/** Repetition or definition levels of entries by their number. */
export interface LevelLookup {
  readonly length: number;
  /** Entries of the level that counts. */
  readonly total: number;
  at(entry: number): number;
  /** How many counted entries stand before an entry; before the one behind the last: all. */
  rank(entry: number): number;
  /** The counted entry of a number from 0; of the one behind the last: the number of entries. */
  select(number: number): number;
}

export class LevelSlice implements LevelLookup {
  readonly length: number;
  readonly total: number;
  readonly #levels: Levels;
  readonly #from: number;
  /** Counted entries before the slice. */
  readonly #before: number;

  /** Entries [from, to). */
  constructor(levels: Levels, from: number, to: number) {
    this.#levels = levels;
    this.#from = from;
    this.#before = levels.rank(from);
    this.length = to - from;
    this.total = levels.rank(to) - this.#before;
  }

  at(entry: number): number {
    return this.#levels.at(this.#from + entry);
  }

  rank(entry: number): number {
    return entry >= this.length ? this.total : this.#levels.rank(this.#from + entry) - this.#before;
  }

  select(number: number): number {
    return number >= this.total ? this.length : this.#levels.select(this.#before + number) - this.#from;
  }
}
