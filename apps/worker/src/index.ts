// The worker: scan threads, alone or behind the queue.

export { createShardPool, type RunShardOptions, type ShardPool, type ShardPoolOptions } from './create-shard-pool.ts';
export { startWorker } from './start-worker.ts';
export { type RunReference, type ShardOutcome, type ShardReference } from './thread-protocol.ts';
