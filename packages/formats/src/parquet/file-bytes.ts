// Ranges of an object, with stretches of it held in memory: few requests, each of a bounded size.

import type { ObjectReader } from '@coldhunt/core';
import { corrupt } from './corrupt.ts';

const MAX_REQUEST_BYTES = 8 * 1024 * 1024;
/** What lies between two wanted ranges is read along with them up to this many bytes: cheaper than another request. */
const MAX_GAP_BYTES = 64 * 1024;

interface Stretch {
  readonly from: number;
  readonly to: number;
  readonly bytes: Buffer;
}

export interface FileRange {
  readonly from: number;
  readonly to: number;
}

export class FileBytes {
  readonly object: ObjectReader;
  readonly #signal: AbortSignal | undefined;
  #held: readonly Stretch[] = [];
  #groupHeld: readonly Stretch[] = [];

  constructor(object: ObjectReader, signal: AbortSignal | undefined) {
    this.object = object;
    this.#signal = signal;
  }

  /** Reads a range and holds it for good. */
  async hold(from: number, to: number): Promise<void> {
    this.#held = [...this.#held, await this.#fetch(from, to)];
  }

  /** Reads ranges, neighbours together, and holds them until `release`. */
  async prefetch(ranges: readonly FileRange[]): Promise<void> {
    const missing = ranges.filter(({ from, to }) => to > from && this.#find(from, to) === undefined);
    const stretches = await Promise.all(joinRanges(missing).map(async ({ from, to }) => this.#fetch(from, to)));
    this.#groupHeld = [...this.#groupHeld, ...stretches];
  }

  release(): void {
    this.#groupHeld = [];
  }

  isHeld(from: number, to: number): boolean {
    return this.#find(from, to) !== undefined;
  }

  /** The bytes of a range. They must not be changed. Throws PARQUET_CORRUPT where the object ends before. */
  async read(from: number, length: number): Promise<Buffer> {
    const held = this.#find(from, from + length);
    if (held !== undefined) return held.bytes.subarray(from - held.from, from - held.from + length);
    return (await this.#fetch(from, from + length)).bytes;
  }

  #find(from: number, to: number): Stretch | undefined {
    const holds = (stretch: Stretch): boolean => stretch.from <= from && stretch.to >= to;
    return this.#groupHeld.find(holds) ?? this.#held.find(holds);
  }

  async #fetch(from: number, to: number): Promise<Stretch> {
    const read = await this.object.bytes({ from, to }, this.#signal);
    if (read.length !== to - from) throw corrupt(`the file ends at byte ${from + read.length}, before byte ${to}`);
    return { from, to, bytes: Buffer.from(read.buffer, read.byteOffset, read.length) };
  }
}

/** Neighbours as one range, in order, none much longer than a request should be. */
function joinRanges(ranges: readonly FileRange[]): readonly FileRange[] {
  const joined: { from: number; to: number }[] = [];
  for (const { from, to } of ranges.toSorted((a, b) => a.from - b.from)) {
    const last = joined.at(-1);
    if (last !== undefined && from - last.to <= MAX_GAP_BYTES && to - last.from <= MAX_REQUEST_BYTES)
      last.to = Math.max(last.to, to);
    else joined.push({ from, to });
  }
  return joined;
}
