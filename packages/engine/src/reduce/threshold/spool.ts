// Items in the order in which they were added, to be read once more: a few stay in memory, many go to the run folder, a file each time
// that memory is full.

import { randomUUID } from 'node:crypto';
import type { RunStore } from '@coldhunt/core';
import { readLines } from '../../scan/output.ts';
import { SPILL_PREFIX, encodeBatches, removeQuietly } from '../spill-sorter.ts';

export interface SpoolOptions<T> {
  readonly encode: (item: T) => string;
  readonly decode: (line: string) => T;
  /** Characters that an item takes, roughly. */
  readonly weigh: (item: T) => number;
  /** How many characters stay in memory; default 8 Mi. */
  readonly memoryChars?: number;
}

const MEMORY_CHARS = 8 * 1024 * 1024;
const LINES_AT_ONCE = 512;

export class Spool<T> {
  readonly #store: RunStore;
  readonly #options: SpoolOptions<T>;
  readonly #spilled: string[] = [];
  #held: T[] = [];
  #chars = 0;

  constructor(store: RunStore, options: SpoolOptions<T>) {
    this.#store = store;
    this.#options = options;
  }

  /** null: the item is held; else memory is full, and is free again when the promise resolves. */
  add(item: T): Promise<void> | null {
    this.#held.push(item);
    this.#chars += this.#options.weigh(item);
    return this.#chars > (this.#options.memoryChars ?? MEMORY_CHARS) ? this.#spill() : null;
  }

  async *batches(): AsyncGenerator<readonly T[]> {
    for (const path of this.#spilled) {
      for await (const lines of readLines(this.#store.stream(path), path)) yield lines.map(this.#options.decode);
    }
    yield this.#held;
  }

  async clear(): Promise<void> {
    this.#held = [];
    this.#chars = 0;
    for (const path of this.#spilled.splice(0)) await removeQuietly(this.#store, path);
  }

  async #spill(): Promise<void> {
    const held = this.#held;
    this.#held = [];
    this.#chars = 0;
    const path = `${SPILL_PREFIX}${randomUUID()}.zst`;
    this.#spilled.push(path);
    await this.#store.putStream(path, encodeBatches(linesOf(held, this.#options.encode)));
  }
}

async function* linesOf<T>(items: readonly T[], encode: (item: T) => string): AsyncGenerator<readonly string[]> {
  for (let at = 0; at < items.length; at += LINES_AT_ONCE) yield items.slice(at, at + LINES_AT_ONCE).map(encode);
}
