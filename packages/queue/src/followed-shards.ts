// The shards of a hunt that are in the queue: which are still out, what became of the others, and how far that is.

import type { LocatedShard } from './locate-shards.ts';

export interface FollowProgress {
  readonly shards: { readonly done: number; readonly total: number };
  /** Stored bytes of the plan's shards. */
  readonly bytes: { readonly done: number; readonly total: number };
  /** Of the shards that were scanned while this was followed. */
  readonly matches: number;
  /** Workers that were connected at the last look; null: not known. */
  readonly workers: number | null;
}

interface Outstanding {
  readonly shard: LocatedShard;
  /** Of it that were read, as its worker tells. */
  bytes: number;
}

export class FollowedShards {
  readonly #total: { readonly shards: number; readonly bytes: number };
  readonly #onChange: () => void;
  readonly #outstanding = new Map<string, Outstanding>();
  readonly #failures = new Map<string, string>();
  readonly #done = { shards: 0, bytes: 0, matches: 0 };
  #settled = 0;

  /** `total`: of the whole plan. `onChange`: a shard was settled or has failed. */
  constructor(total: { readonly shards: number; readonly bytes: number }, onChange: () => void) {
    this.#total = total;
    this.#onChange = onChange;
  }

  get size(): number {
    return this.#outstanding.size;
  }

  /** How many were settled since this began. */
  get settled(): number {
    return this.#settled;
  }

  get jobIds(): readonly string[] {
    return [...this.#outstanding.keys()];
  }

  get(jobId: string): LocatedShard | null {
    return this.#outstanding.get(jobId)?.shard ?? null;
  }

  add(jobId: string, shard: LocatedShard): void {
    this.#outstanding.set(jobId, { shard, bytes: 0 });
  }

  /** What earlier followers brought to an end, worked out from what is `left`. */
  countEarlier(left: { readonly shards: number; readonly bytes: number }): void {
    this.#done.shards = Math.max(0, this.#total.shards - left.shards);
    this.#done.bytes = Math.max(0, this.#total.bytes - left.bytes);
  }

  noteBytes(jobId: string, bytes: number): void {
    const known = this.#outstanding.get(jobId);
    if (known !== undefined) known.bytes = Math.min(bytes, known.shard.bytes);
  }

  /** The job is done, or its shard has a record. */
  settle(jobId: string, matches = 0): void {
    const known = this.#outstanding.get(jobId);
    if (known === undefined) return;
    this.#outstanding.delete(jobId);
    this.#failures.delete(jobId);
    this.#done.shards += 1;
    this.#done.bytes += known.shard.bytes;
    this.#done.matches += matches;
    this.#settled += 1;
    this.#onChange();
  }

  /** The first reason that is told stays. */
  noteFailure(jobId: string, reason: string): void {
    if (!this.#outstanding.has(jobId) || this.#failures.has(jobId)) return;
    this.#failures.set(jobId, reason);
    this.#onChange();
  }

  /** Failed and not settled. */
  failures(): readonly { readonly jobId: string; readonly shard: LocatedShard; readonly reason: string }[] {
    return [...this.#failures].flatMap(([jobId, reason]) => {
      const shard = this.get(jobId);
      return shard === null ? [] : [{ jobId, shard, reason }];
    });
  }

  progress(): Omit<FollowProgress, 'workers'> {
    const { shards, bytes } = this.#total;
    let read = this.#done.bytes;
    for (const known of this.#outstanding.values()) read += known.bytes;
    return {
      shards: { done: Math.min(this.#done.shards, shards), total: shards },
      bytes: { done: Math.min(read, bytes), total: bytes },
      matches: this.#done.matches,
    };
  }
}
