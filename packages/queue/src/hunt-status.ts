// What Redis knows of a detached hunt, for people: who has it, what last went wrong with it, and which processes are connected.

import type { ErrorCode } from '@coldhunt/core';
import type { Job } from 'bullmq';
import { leftReason, parseFailedReason } from './failed-reason.ts';
import { QUEUES, huntJobId, type QueueName } from './jobs.ts';
import { withQueue, type QueueAccess } from './submit-hunt.ts';

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

export async function huntStatus(
  access: QueueAccess,
  { runId, generation }: { readonly runId: string; readonly generation: number },
): Promise<HuntStatus> {
  const jobId = huntJobId(runId, generation);
  const look = (name: QueueName): Promise<{ job: HuntJobStatus | null; connected: number | null }> =>
    withQueue(access, name, async (queue) => ({
      job: name === QUEUES.shards ? null : await toStatus(await queue.getJob(jobId)),
      connected: await queue.getWorkersCount().catch(() => null),
    }));
  const [planner, reducer, worker, counts] = await Promise.all([
    look(QUEUES.hunts),
    look(QUEUES.reduce),
    look(QUEUES.shards),
    withQueue(access, QUEUES.shards, (queue) =>
      queue.getJobCounts('wait', 'prioritized', 'active', 'delayed', 'failed'),
    ),
  ]);
  return {
    planner: planner.job,
    reducer: reducer.job,
    shards: {
      waiting: (counts['wait'] ?? 0) + (counts['prioritized'] ?? 0),
      active: counts['active'] ?? 0,
      delayed: counts['delayed'] ?? 0,
      failed: counts['failed'] ?? 0,
    },
    processes: { planners: planner.connected, workers: worker.connected, reducers: reducer.connected },
  };
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
