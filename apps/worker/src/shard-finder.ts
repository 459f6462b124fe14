// A job names a shard by id and part of the plan. Both are looked up in the run folder, which alone says what the shard is.

import { AppError, InputError, type RunStore } from '@coldhunt/core';
import { ledgerPath, readPlanPart, type PlanDone, type Shard } from '@coldhunt/engine';
import type { ShardReference } from './thread-protocol.ts';

export class ShardFinder {
  readonly #store: RunStore;
  readonly #plan: PlanDone;
  /** The part that was read last: jobs come in the order of the plan. */
  #last: { readonly part: number; readonly shards: ReadonlyMap<string, Shard> } | null = null;

  constructor(store: RunStore, plan: PlanDone) {
    this.#store = store;
    this.#plan = plan;
  }

  /** Throws InputError RUN_INVALID when the part does not hold the shard. */
  async find({ id, part }: ShardReference): Promise<Shard> {
    if (this.#last?.part !== part) {
      const lines = await readPlanPart(this.#store, this.#plan, part);
      const shards = lines.flatMap((line) => (line.kind === 'shard' ? [[line.shard.id, line.shard] as const] : []));
      this.#last = { part, shards: new Map(shards) };
    }
    const shard = this.#last.shards.get(id);
    if (shard !== undefined) return shard;
    throw new InputError('RUN_INVALID', `part ${part} of the plan in ${this.#store.uri} holds no shard ${id}`, {
      details: { shard_id: id, part },
    });
  }

  /** Whether the shard has its final record: a job that is delivered twice is not scanned twice. Only success is final. */
  async hasRecord(shardId: string): Promise<boolean> {
    try {
      return (await this.#store.get(ledgerPath(shardId))) !== null;
    } catch (error) {
      // S3 answers so for what is not there when the right to list is missing. The record is written once in any case.
      if (error instanceof AppError && error.code === 'STORAGE_DENIED') return false;
      throw error;
    }
  }
}
