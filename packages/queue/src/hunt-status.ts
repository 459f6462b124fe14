// What Redis knows of a detached hunt, for people: who has it, what last went wrong with it, and which processes are connected.

import type { ErrorCode } from '@coldhunt/core';
import type { Job, Queue } from 'bullmq';
import { leftReason, parseFailedReason } from './failed-reason.ts';
import { QUEUES, huntJobId, type HuntName } from './jobs.ts';
import { withQueues, type QueueAccess } from './submit-hunt.ts';

export interface HuntJobStatus {
  readonly state: 'waiting' | 'active' | 'delayed' | 'completed' | 'failed' | 'unknown';
  /** What the process that has it last told; its shape is that of `planner` or `reducer`. */
  readonly progress: unknown;
  /** What last went wrong; of a `failed` job the reason that ended it, of a `delayed` one also why it was left to another version. */
  readonly failure: { readonly code: ErrorCode | null; readonly message: string } | null;
  readonly attempts: number;
}

export interface HuntStatus {
  /** null: no planner knows of the hunt. */
  readonly planner: HuntJobStatus | null;
  readonly reducer: HuntJobStatus | null;
  /** Of all hunts together. */
  readonly shards: {
    readonly waiting: number;
    readonly active: number;
    readonly delayed: number;
    readonly failed: number;
  };
  /** Processes that are connected; null where the server does not tell. */
  readonly processes: Readonly<Record<'planners' | 'workers' | 'reducers', number | null>>;
}

export function huntStatus(access: QueueAccess, name: HuntName): Promise<HuntStatus> {
  const jobId = huntJobId(name);
  return withQueues(access, async (open) => {
    const [hunts, reduce, shards] = [open(QUEUES.hunts), open(QUEUES.reduce), open(QUEUES.shards)];
    const [planner, reducer, counts, planners, reducers, workers] = await Promise.all([
      hunts.getJob(jobId).then(toStatus),
      reduce.getJob(jobId).then(toStatus),
      shards.getJobCounts('wait', 'prioritized', 'active', 'delayed', 'failed'),
      connectedTo(hunts),
      connectedTo(reduce),
      connectedTo(shards),
    ]);
    return {
      planner,
      reducer,
      shards: {
        waiting: (counts['wait'] ?? 0) + (counts['prioritized'] ?? 0),
        active: counts['active'] ?? 0,
        delayed: counts['delayed'] ?? 0,
        failed: counts['failed'] ?? 0,
      },
      processes: { planners, workers, reducers },
    };
  });
}

function connectedTo(queue: Queue): Promise<number | null> {
  return queue.getWorkersCount().catch(() => null);
}

async function toStatus(job: Job | undefined): Promise<HuntJobStatus | null> {
  if (job === undefined) return null;
  const state = await job.getState();
  const known = ['waiting', 'active', 'delayed', 'completed', 'failed'] as const;
  const failedReason = (state === 'delayed' ? leftReason(job.progress) : null) ?? job.failedReason ?? '';
  return {
    state: known.find((name) => name === state) ?? 'unknown',
    progress: job.progress,
    failure: failedReason === '' ? null : parseFailedReason(failedReason),
    attempts: job.attemptsStarted,
  };
}
