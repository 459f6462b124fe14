// Plan lines -> plan/<SHA-256 of the text>.ndjson.zst, each of bounded size, written while the archive is still being listed.

import { constants, zstdCompressSync } from 'node:zlib';
import { AppError, sha256Hex, type RunStore } from '@coldhunt/core';
import type { PlanLine } from './output.ts';

/** Text of a part before the line that fills it. */
const PART_BYTES = 4 * 1024 * 1024;
/** For the line that fills a part: most are far shorter. */
const SPARE_BYTES = 256 * 1024;
/** No line is longer: a shard has at most 128 objects, whose keys a store limits to some KiB. What is larger is no part of ours. */
export const MAX_PART_BYTES = 64 * 1024 * 1024;

/** Collects lines, as bytes in memory that is used again for every part, and writes a part whenever enough are there. */
export class PartWriter {
  readonly #store: RunStore;
  readonly #parts: string[] = [];
  readonly #created: string[] = [];
  #text = Buffer.allocUnsafeSlow(0);
  #length = 0;

  constructor(store: RunStore) {
    this.#store = store;
  }

  async add(line: PlanLine): Promise<void> {
    const text = `${JSON.stringify(line)}\n`;
    this.#makeRoom(text);
    this.#length += this.#text.write(text, this.#length);
    if (this.#length >= PART_BYTES) await this.#flush();
  }

  /** Writes what is left and gives the names of all parts, in order. */
  async finish(): Promise<readonly string[]> {
    if (this.#length > 0) await this.#flush();
    return this.#parts;
  }

  /** Takes away the parts that this writer created: the plan is refused. Where the store gives no right to do so they stay, and nothing rests on them. */
  async discard(): Promise<void> {
    try {
      for (const part of this.#created) await this.#store.remove(`plan/${part}`);
    } catch (error) {
      if (!(error instanceof AppError) || error.code !== 'STORAGE_DENIED') throw error;
    }
  }

  #makeRoom(text: string): void {
    // No character takes more than three bytes for each of its UTF-16 units.
    const needed = this.#length + text.length * 3;
    if (needed <= this.#text.length) return;
    const grown = Buffer.allocUnsafeSlow(Math.max(needed, PART_BYTES + SPARE_BYTES));
    this.#text.copy(grown, 0, 0, this.#length);
    this.#text = grown;
  }

  async #flush(): Promise<void> {
    const text = this.#text.subarray(0, this.#length);
    const part = `${sha256Hex(text)}.ndjson.zst`;
    const packed = zstdCompressSync(text, { params: { [constants.ZSTD_c_checksumFlag]: 1 } });
    this.#length = 0;
    if ((await this.#store.putOnce(`plan/${part}`, packed)) === 'created') this.#created.push(part);
    this.#parts.push(part);
  }
}
