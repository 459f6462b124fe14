// Detached hunts: handed to the planners, and looked after from outside.

import { Queue, type Job } from 'bullmq';
import type { RedisLink } from './connect-redis.ts';
import { DEFAULT_PREFIX, QUEUES, checkPrefix, huntJobId, huntJobSchema, type HuntJob, type QueueName } from './jobs.ts';
import { BACKOFF } from './pause-before-retry.ts';

export interface QueueAccess {
  readonly redis: RedisLink;
  readonly prefix?: string | undefined;
}

export interface SubmitOptions {
  /** Where planner, workers and reducer find the run: run.json stands there. */
  readonly runUri: string;
  readonly runId: string;
  readonly generation: number;
  readonly weight?: number | undefined;
  readonly retry?: { readonly failed: boolean; readonly archived: boolean } | undefined;
  readonly startedAtMs: number;
  readonly partitions?: number | undefined;
  readonly limits?: { readonly maxBytes?: number | undefined; readonly maxCost?: number | undefined } | undefined;
}

/** Gives `known` when the same hunt is already under way: nothing is added then. A hunt that failed or ended is taken up again. */
export async function submitHunt(access: QueueAccess, options: SubmitOptions): Promise<'queued' | 'known'> {
  const { runUri, runId, generation, weight = 1, partitions = 1, limits = {} } = options;
  const job = huntJobSchema.parse({
    format: 1,
    run_uri: runUri,
    run_id: runId,
    generation,
    weight,
    retry: options.retry ?? { failed: false, archived: false },
    started_at_ms: options.startedAtMs,
    partitions,
    limits: { max_bytes: limits.maxBytes, max_cost: limits.maxCost },
  });
  return withQueue(access, QUEUES.hunts, (queue) => addHuntJob(queue, job));
}

/** Hands a planned hunt to the reducers, who follow its shards and reduce. */
export function submitReduction(access: QueueAccess, job: HuntJob): Promise<'queued' | 'known'> {
  return withQueue(access, QUEUES.reduce, (queue) => addHuntJob(queue, job));
}

/** Adds a hunt to the planners' or the reducers' queue unless it is under way there. */
export async function addHuntJob(queue: Queue, job: HuntJob): Promise<'queued' | 'known'> {
  const jobId = huntJobId(job.run_id, job.generation);
  const known = await queue.getJob(jobId);
  if (known !== undefined) {
    const state = await known.getState();
    if (state !== 'completed' && state !== 'failed' && state !== 'unknown') return 'known';
    await queue.remove(jobId);
  }
  await queue.add('hunt', job, {
    jobId,
    attempts: 10,
    backoff: { type: BACKOFF, delay: 2000 },
    removeOnComplete: { age: 7 * 24 * 3600, count: 1000 },
    removeOnFail: { age: 30 * 24 * 3600, count: 1000 },
    stackTraceLimit: 0,
  });
  return 'queued';
}

export interface HuntJobStatus {
  readonly state: 'waiting' | 'active' | 'delayed' | 'completed' | 'failed' | 'unknown';
  /** What the process that has it last told; its shape is that of `planner` or `reducer`. */
  readonly progress: unknown;
  /** Code and words of the last failure. */
  readonly failedReason: string | null;
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
  const look = (name: QueueName): Promise<{ job: HuntJobStatus | null; workers: number | null }> =>
    withQueue(access, name, async (queue) => ({
      job: name === QUEUES.shards ? null : await toStatus(await queue.getJob(jobId)),
      workers: await queue.getWorkersCount().catch(() => null),
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
    processes: { planners: planner.workers, workers: worker.workers, reducers: reducer.workers },
  };
}

async function toStatus(job: Job | undefined): Promise<HuntJobStatus | null> {
  if (job === undefined) return null;
  const state = await job.getState();
  const known = ['waiting', 'active', 'delayed', 'completed', 'failed'] as const;
  return {
    state: known.find((name) => name === state) ?? 'unknown',
    progress: job.progress,
    failedReason: job.failedReason ?? null,
    attempts: job.attemptsStarted,
  };
}

/** Opens a queue for one question. */
export async function withQueue<T>(
  { redis, prefix }: QueueAccess,
  name: QueueName,
  act: (queue: Queue) => Promise<T>,
): Promise<T> {
  const connection = redis.open();
  const queue = new Queue(name, { connection, prefix: checkPrefix(prefix ?? DEFAULT_PREFIX) });
  queue.on('error', () => undefined);
  try {
    return await act(queue);
  } finally {
    await queue.close();
    connection.disconnect();
  }
}
