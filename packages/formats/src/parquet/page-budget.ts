// How much of decoded pages is held, and how much may be decoded of a file at all.

import { InputError } from '@coldhunt/core';
import type { PageHeader } from 'hyparquet';
import type { ReadCounts } from '../reading.ts';

/** Of pages and slices; what is being decoded comes on top. */
const MAX_HELD_BYTES = 40 * 1024 * 1024;
/** Pages that expand to more are read in slices of the other length. */
const LONG_PAGE_BYTES = 16 * 1024 * 1024;
const SLICE_BYTES = 2 * 1024 * 1024;
const FREE_BYTES = 64 * 1024 * 1024;
const DEFAULT_EXPANSION_RATIO = 500;

/** What can be let go of. */
export interface Held {
  drop(): void;
}

export interface PageBudgetOptions {
  readonly ratio?: number | undefined;
  /** For tests: when pages are read in slices, and how long these are. */
  readonly longPageBytes?: number | undefined;
  readonly sliceBytes?: number | undefined;
}

export class PageBudget {
  readonly sliceBytes: number;
  readonly #longPageBytes: number;
  readonly #held = new Map<Held, number>();
  readonly #counts: ReadCounts;
  readonly #limit: number;
  #heldBytes = 0;
  #spent = 0;

  /** `fileBytes` times `ratio` may be decoded, and 64 MiB more. */
  constructor(counts: ReadCounts, fileBytes: number, options: PageBudgetOptions = {}) {
    const { ratio = DEFAULT_EXPANSION_RATIO, longPageBytes = LONG_PAGE_BYTES, sliceBytes = SLICE_BYTES } = options;
    this.#counts = counts;
    this.#longPageBytes = longPageBytes;
    this.sliceBytes = sliceBytes;
    this.#limit = FREE_BYTES + fileBytes * ratio;
  }

  /** Whether a page is read in slices, where it can be. */
  isLong({ uncompressed_page_size: bytes }: PageHeader): boolean {
    return bytes > this.#longPageBytes;
  }

  /** Counts a page that is decoded for the first time. Throws InputError EXPANSION_LIMIT. */
  spend(bytes: number, entries: number): void {
    this.#counts.decompressedBytes += bytes;
    this.#spent += bytes + entries;
    if (this.#spent > this.#limit)
      throw new InputError('EXPANSION_LIMIT', `more than ${this.#limit} bytes in its pages`);
  }

  /** Lets go of what was not used for longest, so that so many bytes more may be held. */
  makeRoom(bytes: number): void {
    for (const [oldest, oldestBytes] of this.#held) {
      if (this.#heldBytes + bytes <= MAX_HELD_BYTES) break;
      this.#held.delete(oldest);
      this.#heldBytes -= oldestBytes;
      oldest.drop();
    }
  }

  /** Holds, or holds on to, what was just used. */
  hold(held: Held, bytes: number): void {
    this.#heldBytes -= this.#held.get(held) ?? 0;
    this.#held.delete(held);
    this.makeRoom(bytes);
    this.#held.set(held, bytes);
    this.#heldBytes += bytes;
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
