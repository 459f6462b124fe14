// Takes parts of reductions from the queue: several reducers share a hunt.

import { createJobWorker, type JobContext, type JobEvent, type JobWorker } from './create-job-worker.ts';
import { MAX_STARTS } from './create-shard-worker.ts';
import type { RedisLink } from './connect-redis.ts';
import { QUEUES, partitionJobSchema, type PartitionJob } from './jobs.ts';

export interface PartitionWorkerOptions {
  readonly redis: RedisLink;
  readonly prefix?: string | undefined;
  /** Parts at a time. */
  readonly concurrency: number;
  /** Reduces one part into the run folder, where `reduceHunt` finds it done. */
  readonly perform: (job: PartitionJob, context: JobContext) => Promise<unknown>;
  readonly lockMs?: number | undefined;
  readonly stalledEveryMs?: number | undefined;
  readonly onEvent?: ((event: JobEvent) => void) | undefined;
}

export function createPartitionWorker(options: PartitionWorkerOptions): JobWorker {
  return createJobWorker({
    ...options,
    queue: QUEUES.partitions,
    schema: partitionJobSchema,
    maxStalls: MAX_STARTS,
  });
}
