// How many different values: exactly, however many there are. Beyond what memory holds they are sorted in the run folder.

import type { RunStore } from '@coldhunt/core';
import { compareText } from '@coldhunt/core';
import type { Term } from '@coldhunt/rules';
import { SpillSorter } from '../spill-sorter.ts';
import { valueKey } from './recent-values.ts';

const HELD_MOST = 50_000;

export class DistinctCount {
  readonly #store: RunStore;
  readonly #heldMost: number;
  readonly #memoryChars: number | undefined;
  readonly #held = new Set<string>();
  #sorter: SpillSorter<string> | null = null;

  /** `memoryChars`: for tests of what happens when memory is full. */
  constructor(store: RunStore, memoryChars?: number) {
    this.#store = store;
    this.#memoryChars = memoryChars;
    this.#heldMost = memoryChars === undefined ? HELD_MOST : Math.min(HELD_MOST, memoryChars);
  }

  async add(values: readonly Term[]): Promise<void> {
    for (const value of values) {
      this.#held.add(valueKey(value));
      if (this.#held.size > this.#heldMost) await this.#spill();
    }
  }

  /** Ends counting. */
  async finish(): Promise<number> {
    if (this.#sorter === null) return this.#held.size;
    await this.#spill();
    let count = 0;
    let last: string | null = null;
    for await (const batch of this.#sorter.sorted()) {
      for (const key of batch) {
        if (key !== last) count += 1;
        last = key;
      }
    }
    await this.#sorter.clear();
    return count;
  }

  async #spill(): Promise<void> {
    this.#sorter ??= new SpillSorter<string>(this.#store, {
      compare: compareText,
      encode: (key) => JSON.stringify(key),
      decode: (line) => JSON.parse(line) as string,
      ...(this.#memoryChars === undefined ? {} : { memoryChars: this.#memoryChars }),
    });
    for (const key of this.#held) await this.#sorter.add(key);
    this.#held.clear();
  }
}
