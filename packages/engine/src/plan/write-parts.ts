// Plan lines -> plan/<SHA-256 of the text>.ndjson.zst, each of bounded size, written while the archive is still being listed.

import { constants, zstdCompressSync } from 'node:zlib';
import { sha256Hex, type RunStore } from '@coldhunt/core';
import type { PlanLine } from './output.ts';

/** Text of a part before the line that fills it. */
const PART_BYTES = 4 * 1024 * 1024;
/** No line is longer: a shard has at most 128 objects, whose keys a store limits to some KiB. What is larger is no part of ours. */
export const MAX_PART_BYTES = 64 * 1024 * 1024;

/** Collects lines and writes a part whenever enough are there. */
export class PartWriter {
  readonly #store: RunStore;
  readonly #parts: string[] = [];
  readonly #created: string[] = [];
  #lines: string[] = [];
  #bytes = 0;

  constructor(store: RunStore) {
    this.#store = store;
  }

  async add(line: PlanLine): Promise<void> {
    const text = JSON.stringify(line);
    this.#lines.push(text);
    this.#bytes += Buffer.byteLength(text) + 1;
    if (this.#bytes >= PART_BYTES) await this.#flush();
  }

  /** Writes what is left and gives the names of all parts, in order. */
  async finish(): Promise<readonly string[]> {
    if (this.#lines.length > 0) await this.#flush();
    return this.#parts;
  }

  /** Takes away the parts that this writer created: the plan is refused. */
  async discard(): Promise<void> {
    for (const part of this.#created) await this.#store.remove(`plan/${part}`);
  }

  async #flush(): Promise<void> {
    const text = Buffer.from(`${this.#lines.join('\n')}\n`);
    this.#lines = [];
    this.#bytes = 0;
    const part = `${sha256Hex(text)}.ndjson.zst`;
    const packed = zstdCompressSync(text, { params: { [constants.ZSTD_c_checksumFlag]: 1 } });
    if ((await this.#store.putOnce(`plan/${part}`, packed)) === 'created') this.#created.push(part);
    this.#parts.push(part);
  }
}
