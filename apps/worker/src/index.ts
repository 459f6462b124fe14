// The worker behind the queue. Its scan threads alone are `@coldhunt/worker/shard-pool`, which loads nothing of the queue.

export { startWorker } from './start-worker.ts';
export { type RunReference, type ShardOutcome, type ShardReference } from './thread-protocol.ts';
