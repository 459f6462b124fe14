// Scans all shards of a hunt one after the other, in this thread.

import type { ShardWork } from '../src/hunt/run-hunt.ts';
import type { ScanOptions } from '../src/scan/scan-context.ts';
import { scanShard } from '../src/scan/scan-shard.ts';

/** For `runShards` of runHunt. */
export function scanAll(options: Pick<ScanOptions, 'rules' | 'sources' | 'store'>) {
  return async ({ run, plan, shards }: ShardWork): Promise<void> => {
    for await (const shard of shards()) {
      await scanShard(shard, { ...options, run, listedAt: plan.done.listed_at });
    }
  };
}
