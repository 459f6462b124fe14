// How much of decoded pages is held, and how much may be decoded of a file at all.

import { InputError } from '@coldhunt/core';
import type { ReadCounts } from '../reading.ts';

const MAX_HELD_BYTES = 96 * 1024 * 1024;
const FREE_BYTES = 64 * 1024 * 1024;
const DEFAULT_EXPANSION_RATIO = 500;

/** What can be let go of. */
export interface Held {
  drop(): void;
}

export class PageBudget {
  readonly #held = new Map<Held, number>();
  readonly #counts: ReadCounts;
  readonly #limit: number;
  #heldBytes = 0;
  #spent = 0;

  /** `fileBytes` times `ratio` may be decoded, and 64 MiB more. */
  constructor(counts: ReadCounts, fileBytes: number, ratio = DEFAULT_EXPANSION_RATIO) {
    this.#counts = counts;
    this.#limit = FREE_BYTES + fileBytes * ratio;
  }

  /** Counts a page that is decoded for the first time. Throws InputError EXPANSION_LIMIT. */
  spend(bytes: number, entries: number): void {
    this.#counts.decompressedBytes += bytes;
    this.#spent += bytes + entries;
    if (this.#spent > this.#limit)
      throw new InputError('EXPANSION_LIMIT', `more than ${this.#limit} bytes in its pages`);
  }

  /** Holds, or holds on to, what was just used; lets go of what was not used for longest. */
  hold(held: Held, bytes: number): void {
    this.#heldBytes += bytes - (this.#held.get(held) ?? 0);
    this.#held.delete(held);
    this.#held.set(held, bytes);
    for (const [oldest, oldestBytes] of this.#held) {
      if (this.#heldBytes <= MAX_HELD_BYTES || oldest === held) break;
      this.#held.delete(oldest);
      this.#heldBytes -= oldestBytes;
      oldest.drop();
    }
  }

  /** Lets go of one. */
  release(held: Held): void {
    this.#heldBytes -= this.#held.get(held) ?? 0;
    this.#held.delete(held);
    held.drop();
  }

  /** Lets go of everything. */
  clear(): void {
    for (const held of this.#held.keys()) held.drop();
    this.#held.clear();
    this.#heldBytes = 0;
  }
}
