// The worker: scan threads, alone or behind the queue.

export { createShardPool, type RunShardOptions, type ShardPool, type ShardPoolOptions } from './create-shard-pool.ts';
export { isBelow, openRun, type OpenRun } from './open-run.ts';
export { type RunReference, type ShardOutcome } from './thread-protocol.ts';
