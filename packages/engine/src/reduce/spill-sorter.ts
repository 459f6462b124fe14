// Sorts any number of items in bounded memory: what does not fit is spilled as sorted runs into the run folder, and merged with a
// bounded fan-in. Small sorts never touch the store.

import { randomUUID } from 'node:crypto';
import { AppError, type RunStore } from '@coldhunt/core';
import { encodeLines, readLines } from '../scan/output.ts';
import { mergeSorted } from './merge-sorted.ts';

export const SPILL_PREFIX = 'reduce/spill/';

export const MEMORY_CHARS = 6 * 1024 * 1024;
/** Less would make more files than it saves memory. */
export const LEAST_CHARS = 64 * 1024;
const FAN_IN = 32;
const LINES_AT_ONCE = 512;

export interface SortOptions<T> {
  readonly compare: (a: T, b: T) => number;
  readonly encode: (item: T) => string;
  readonly decode: (line: string) => T;
  /** How much text is held before it is spilled; default 6 Mi characters. */
  readonly memoryChars?: number;
  /** Where it is spilled, with its slash; default: where a reduction takes everything away at its end. */
  readonly folder?: string;
  /** How many runs are merged at once; default 32. */
  readonly fanIn?: number;
}

type Run<T> = () => AsyncIterable<readonly T[]>;

export class SpillSorter<T> {
  readonly #store: RunStore;
  readonly #options: SortOptions<T>;
  readonly #runs: Run<T>[] = [];
  readonly #spilled: string[] = [];
  #held: { readonly item: T; readonly text: string }[] = [];
  #chars = 0;

  constructor(store: RunStore, options: SortOptions<T>) {
    this.#store = store;
    this.#options = options;
  }

  /** Resolves at once unless memory is full. */
  async add(item: T): Promise<void> {
    const text = this.#options.encode(item);
    this.#held.push({ item, text });
    this.#chars += text.length;
    if (this.#chars > (this.#options.memoryChars ?? MEMORY_CHARS)) await this.#spillHeld();
  }

  /** Adds a stream that is sorted already. It is opened when needed, perhaps more than once. */
  addRun(run: Run<T>): void {
    this.#runs.push(run);
  }

  /** Everything in order. May be called again once the stream before was read or left. */
  async *sorted(): AsyncGenerator<readonly T[]> {
    const fanIn = this.#options.fanIn ?? FAN_IN;
    while (this.#runs.length > fanIn) {
      const merged = this.#runs.splice(0, fanIn);
      const path = await this.#spill(
        this.#lines(
          mergeSorted(
            merged.map((open) => open()),
            this.#options.compare,
          ),
        ),
      );
      this.#addSpilled(path);
    }
    this.#held.sort((a, b) => this.#options.compare(a.item, b.item));
    const streams = this.#runs.map((open) => open());
    if (this.#held.length > 0) streams.push(this.#inMemory());
    yield* mergeSorted(streams, this.#options.compare);
  }

  /** Removes what was spilled. A store that does not let us remove keeps it: it is garbage, no result. */
  async clear(): Promise<void> {
    this.#held = [];
    this.#chars = 0;
    this.#runs.length = 0;
    for (const path of this.#spilled.splice(0)) await removeQuietly(this.#store, path);
  }

  async *#inMemory(): AsyncGenerator<readonly T[]> {
    for (let at = 0; at < this.#held.length; at += LINES_AT_ONCE) {
      yield this.#held.slice(at, at + LINES_AT_ONCE).map(({ item }) => item);
    }
  }

  async #spillHeld(): Promise<void> {
    const held = this.#held.toSorted((a, b) => this.#options.compare(a.item, b.item));
    this.#held = [];
    this.#chars = 0;
    this.#addSpilled(await this.#spill(batchesOf(held)));
  }

  // A method of its own: a closure made beside the held items would keep them in memory as long as the run.
  #addSpilled(path: string): void {
    this.#runs.push(() => this.#read(path));
  }

  async #spill(lines: AsyncIterable<readonly string[]>): Promise<string> {
    const path = `${this.#options.folder ?? SPILL_PREFIX}${randomUUID()}.zst`;
    this.#spilled.push(path);
    await this.#store.putStream(path, encodeBatches(lines));
    return path;
  }

  async *#lines(items: AsyncIterable<readonly T[]>): AsyncGenerator<readonly string[]> {
    for await (const batch of items) yield batch.map(this.#options.encode);
  }

  async *#read(path: string): AsyncGenerator<readonly T[]> {
    for await (const lines of readLines(this.#store.stream(path), path)) yield lines.map(this.#options.decode);
  }
}

async function* batchesOf(held: readonly { readonly text: string }[]): AsyncGenerator<readonly string[]> {
  for (let at = 0; at < held.length; at += LINES_AT_ONCE) {
    yield held.slice(at, at + LINES_AT_ONCE).map(({ text }) => text);
  }
}

/** Batches of lines -> the bytes of a file of lines. */
export async function* encodeBatches(batches: AsyncIterable<readonly string[]>): AsyncGenerator<Uint8Array> {
  for await (const lines of batches) yield* encodeLines(lines);
}

/** Removes a file that nothing rests on. */
export async function removeQuietly(store: RunStore, path: string): Promise<void> {
  try {
    await store.remove(path);
  } catch (error) {
    if (!(error instanceof AppError) || error.code !== 'STORAGE_DENIED') throw error;
  }
}
