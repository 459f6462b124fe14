// Items in the order in which they were added, to be read once more: a few stay in memory, many go to the run folder.

import type { RunStore } from '@coldhunt/core';
import { SpillSorter } from '../spill-sorter.ts';

export interface SpoolOptions<T> {
  readonly encode: (item: T) => string;
  readonly decode: (line: string) => T;
  /** Characters that an item takes, roughly. */
  readonly weigh: (item: T) => number;
  /** How many characters stay in memory; default 4 Mi. */
  readonly memoryChars?: number;
}

interface Numbered<T> {
  readonly number: number;
  readonly item: T;
}

const MEMORY_CHARS = 4 * 1024 * 1024;

export class Spool<T> {
  readonly #store: RunStore;
  readonly #options: SpoolOptions<T>;
  #held: T[] = [];
  #chars = 0;
  #count = 0;
  #spilled: SpillSorter<Numbered<T>> | null = null;

  constructor(store: RunStore, options: SpoolOptions<T>) {
    this.#store = store;
    this.#options = options;
  }

  /** null: it is held; else it is on its way to the run folder. */
  add(item: T): Promise<void> | null {
    const number = this.#count;
    this.#count += 1;
    if (this.#spilled !== null) return this.#spilled.add({ number, item });
    this.#held.push(item);
    this.#chars += this.#options.weigh(item);
    return this.#chars > (this.#options.memoryChars ?? MEMORY_CHARS) ? this.#spill() : null;
  }

  async *batches(): AsyncGenerator<readonly T[]> {
    if (this.#spilled === null) yield this.#held;
    else for await (const batch of this.#spilled.sorted()) yield batch.map(({ item }) => item);
  }

  async clear(): Promise<void> {
    this.#held = [];
    this.#chars = 0;
    this.#count = 0;
    const spilled = this.#spilled;
    this.#spilled = null;
    await spilled?.clear();
  }

  async #spill(): Promise<void> {
    const { encode, decode, memoryChars } = this.#options;
    const sorter = new SpillSorter<Numbered<T>>(this.#store, {
      compare: (a, b) => a.number - b.number,
      encode: ({ number, item }) => `${number} ${encode(item)}`,
      decode: (line) => {
        const cut = line.indexOf(' ');
        return { number: Number(line.slice(0, cut)), item: decode(line.slice(cut + 1)) };
      },
      ...(memoryChars === undefined ? {} : { memoryChars }),
    });
    this.#spilled = sorter;
    const held = this.#held;
    this.#held = [];
    for (const [number, item] of held.entries()) await sorter.add({ number, item });
  }
}
