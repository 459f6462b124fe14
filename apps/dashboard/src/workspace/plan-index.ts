// A plan -> ids and sizes of its shards in order, 24 bytes a shard, so that a plan of 100,000 shards is read once and kept.

import type { RunStore } from '@coldhunt/core';
import { findPlan } from '@coldhunt/engine';

export interface PlanIndex {
  readonly count: number;
  readonly bytes: number;
  /** In the order of the plan. */
  idAt(index: number): string;
  bytesAt(index: number): number;
}

const ID_BYTES = 16;

/** null: no plan stands yet. Throws what reading it throws. */
export async function readPlanIndex(store: RunStore): Promise<PlanIndex | null> {
  const plan = await findPlan(store);
  if (plan === null) return null;
  const ids = Buffer.alloc(plan.done.shards * ID_BYTES);
  const sizes = new Float64Array(plan.done.shards);
  let count = 0;
  let bytes = 0;
  for await (const line of plan.lines()) {
    if (line.kind !== 'shard' || count === plan.done.shards) continue;
    ids.write(line.shard.id, count * ID_BYTES, 'hex');
    sizes[count] = line.shard.bytes;
    bytes += line.shard.bytes;
    count += 1;
  }
  return {
    count,
    bytes,
    idAt: (index) => ids.toString('hex', index * ID_BYTES, (index + 1) * ID_BYTES),
    bytesAt: (index) => sizes[index] ?? 0,
  };
}
