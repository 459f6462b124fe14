// Shards of a plan with the part that holds them: what a job carries in their place. A shard names up to 128 objects; ten thousand of
// them would be hundreds of megabytes here and in Redis.

import { InputError, type RunStore } from '@coldhunt/core';
import { readPlanPart, type PlanDone, type Shard, type ShardWork } from '@coldhunt/engine';

export interface LocatedShard {
  readonly id: string;
  /** Index into plan/done.json's parts. */
  readonly part: number;
  readonly bytes: number;
}

/** The shards of `work`, which come in the order of the plan. */
export async function* locateShards(work: ShardWork, store: RunStore): AsyncGenerator<LocatedShard> {
  let part = -1;
  let ids: ReadonlySet<string> = new Set();
  for await (const { id, bytes } of work.shards()) {
    while (!ids.has(id)) {
      part += 1;
      const lines = await readPlanPart(store, work.plan.done, part);
      ids = new Set(lines.flatMap((line) => (line.kind === 'shard' ? [line.shard.id] : [])));
    }
    yield { id, part, bytes };
  }
}

/** Throws InputError RUN_INVALID when the part does not hold it. */
export async function readShard(store: RunStore, plan: PlanDone, { id, part }: LocatedShard): Promise<Shard> {
  for (const line of await readPlanPart(store, plan, part)) {
    if (line.kind === 'shard' && line.shard.id === id) return line.shard;
  }
  throw new InputError('RUN_INVALID', `part ${part} of the plan in ${store.uri} holds no shard ${id}`);
}
