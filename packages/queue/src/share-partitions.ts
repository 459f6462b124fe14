// A reduction of several parts -> one job a part, until each is settled. What no other reducer brought to an end is made by the one that
// asked: nothing rests on what is said here.

import { setTimeout as delay } from 'node:timers/promises';
import { QUEUES, partitionJobId, type HuntJob, type PartitionJob } from './jobs.ts';
import { readJobStates, type JobState } from './read-job-states.ts';
import { withQueue, type QueueAccess } from './submit-hunt.ts';
import { BACKOFF } from './pause-before-retry.ts';
import { waitFor } from './wait-for.ts';

const LOOK_EVERY_MS = 300;

export interface SharedPartitions {
  readonly completed: number;
  /** Failed, or lost with Redis. */
  readonly unfinished: number;
}

/** Needs reducers that take parts, this process among them. `huntId`: the id of the reducer's job. Throws the signal's reason; the parts stay in the queue then. */
export function sharePartitions(
  access: QueueAccess,
  { run_uri, run_id, generation, partitions }: HuntJob,
  { huntId, signal }: { readonly huntId: string; readonly signal?: AbortSignal | undefined },
): Promise<SharedPartitions> {
  const parts = Array.from({ length: partitions }, (_, number) => {
    const payload: PartitionJob = { format: 1, run_uri, run_id, generation, number, of: partitions };
    return { jobId: partitionJobId(huntId, payload), payload };
  });
  const ids = parts.map(({ jobId }) => jobId);
  const shared = withQueue(access, QUEUES.partitions, async (queue) => {
    const redis = access.redis.open();
    try {
      const before = await readJobStates({ queue, redis }, ids);
      // A kept job of the same id would make adding it again do nothing.
      for (const [index, jobId] of ids.entries()) if (before[index] === 'failed') await queue.remove(jobId);
      await queue.addBulk(
        parts.map(({ jobId, payload }) => ({
          name: 'partition',
          data: payload,
          opts: {
            jobId,
            attempts: 3,
            backoff: { type: BACKOFF, delay: 1000 },
            removeOnComplete: { age: 24 * 3600, count: 10_000 },
            removeOnFail: { age: 7 * 24 * 3600, count: 10_000 },
            stackTraceLimit: 0,
          },
        })),
      );
      for (;;) {
        signal?.throwIfAborted();
        const states = await readJobStates({ queue, redis }, ids);
        if (!states.includes('alive')) return count(states);
        await delay(LOOK_EVERY_MS);
      }
    } finally {
      access.redis.end(redis);
    }
  });
  // A command to a Redis that is away would wait for it.
  return waitFor(shared, signal);
}

function count(states: readonly JobState[]): SharedPartitions {
  const completed = states.filter((state) => state === 'completed').length;
  return { completed, unfinished: states.length - completed };
}
