// Takes whole hunts from the planners' or the reducers' queue. A hunt that Redis lost while it was under way is put back by the process
// that had it.

import type { AppError } from '@coldhunt/core';
import { createJobWorker, type JobContext, type JobEvent, type JobWorker } from './create-job-worker.ts';
import type { RedisLink } from './connect-redis.ts';
import { huntJobSchema, type HuntJob } from './jobs.ts';
import { addHuntJob, withQueue } from './submit-hunt.ts';

/** A hunt is tried so often by processes that die of it, then it is failed and may be submitted again. */
const MAX_STALLS = 10;

export interface HuntWorkerOptions {
  readonly redis: RedisLink;
  readonly prefix?: string | undefined;
  /** `hunts`: planners; `reduce`: reducers. */
  readonly queue: 'hunts' | 'reduce';
  /** Hunts at a time. */
  readonly concurrency: number;
  /** Must go on from whatever an earlier one left. */
  readonly perform: (job: HuntJob, context: JobContext) => Promise<unknown>;
  /** The hunt is failed for this, until it is submitted again. */
  readonly onGivenUp?: ((job: HuntJob, error: AppError) => Promise<void>) | undefined;
  readonly lockMs?: number | undefined;
  readonly stalledEveryMs?: number | undefined;
  readonly onEvent?: ((event: JobEvent) => void) | undefined;
}

export function createHuntWorker(options: HuntWorkerOptions): JobWorker {
  const { redis, prefix, queue } = options;
  return createJobWorker({
    ...options,
    schema: huntJobSchema,
    maxStalls: MAX_STALLS,
    // What an archive or a run folder answers to one planner it answers to the next: whoever waits is told at once.
    finalCodes: ['STORAGE_NOT_FOUND', 'STORAGE_DENIED'],
    onLockLost: async (job, jobId) => {
      await withQueue({ redis, prefix }, queue, (open) => addHuntJob(open, job, jobId));
    },
  });
}
