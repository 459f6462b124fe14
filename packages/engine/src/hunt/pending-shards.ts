// Which shards of a plan are still to be scanned: those without a record, and on request those whose record says failed or archived.

import type { RunStore } from '@coldhunt/core';
import type { PlanLine, Shard } from '../plan/output.ts';
import { listRecords, readRecord } from '../scan/output.ts';

/** What a new generation tries again (`resume --retry failed,archived`). */
export interface Retry {
  readonly failed: boolean;
  readonly archived: boolean;
}

export const NO_RETRY: Retry = { failed: false, archived: false };

/**
 * Shards to scan, in the order of the plan. A failure of this generation is final within it; one of an earlier generation is tried
 * again when `retry` names what it failed for.
 */
export async function* pendingShards(
  store: RunStore,
  lines: AsyncIterable<PlanLine>,
  generation: number,
  retry: Retry = NO_RETRY,
): AsyncGenerator<Shard> {
  const records = await listRecords(store);
  for await (const line of lines) {
    if (line.kind !== 'shard') continue;
    const record = records.get(line.shard.id);
    if (record === undefined) yield line.shard;
    else if (record.generation !== null && record.generation < generation && (retry.failed || retry.archived)) {
      const { objects } = await readRecord(store, record);
      const isWanted = objects.some(
        ({ state, reason }) => (retry.failed && state === 'failed') || (retry.archived && reason === 'archived'),
      );
      if (isWanted) yield line.shard;
    }
  }
}
