// Detached hunts: handed to the planners, and by them to the reducers.

import type { PlanLimits, Prices, Retry } from '@coldhunt/engine';
import { Queue, type AdvancedOptions } from 'bullmq';
import type { RedisLink } from './connect-redis.ts';
import { DEFAULT_PREFIX, QUEUES, checkPrefix, huntJobId, huntJobSchema, type HuntJob, type QueueName } from './jobs.ts';
import { BACKOFF } from './pause-before-retry.ts';
import { waitFor } from './wait-for.ts';

export interface QueueAccess {
  readonly redis: RedisLink;
  readonly prefix?: string | undefined;
}

export interface SubmitOptions {
  /** Where planner, workers and reducer find the run: run.json stands there. */
  readonly runUri: string;
  readonly runId: string;
  readonly generation: number;
  /** The run folder spelled in one way, whatever `runUri` goes through. Default: `runUri`. */
  readonly folder?: string | undefined;
  readonly weight?: number | undefined;
  readonly retry?: Retry | undefined;
  readonly startedAtMs: number;
  readonly partitions?: number | undefined;
  readonly limits?: PlanLimits | undefined;
  /** Default: the price file that comes with the planner. */
  readonly prices?: Prices | undefined;
  /** How bytes get to the scan: a route of the price file. */
  readonly route?: string | undefined;
}

/** Gives `known` when the same hunt into the same folder is already under way: nothing is added then. A hunt that failed or ended is taken up again. */
export async function submitHunt(access: QueueAccess, options: SubmitOptions): Promise<'queued' | 'known'> {
  const { runUri, runId, generation, weight = 1, partitions = 1, limits = {}, prices, route } = options;
  const { folder = runUri } = options;
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
    prices,
    route,
  });
  const huntId = huntJobId({ runId, generation, folder });
  return withQueue(access, QUEUES.hunts, (queue) => addHuntJob(queue, job, huntId));
}

/**
 * Hands a planned hunt to the reducers, who follow its shards and reduce. `huntId`: the id of the planner's job. Throws the signal's
 * reason, also while Redis is away.
 */
export function submitReduction(
  access: QueueAccess,
  job: HuntJob,
  { huntId, signal }: { readonly huntId: string; readonly signal?: AbortSignal | undefined },
): Promise<'queued' | 'known'> {
  return waitFor(
    withQueue(access, QUEUES.reduce, (queue) => addHuntJob(queue, job, huntId)),
    signal,
  );
}

/** Adds a hunt to the planners' or the reducers' queue unless it is under way there. */
export async function addHuntJob(queue: Queue, job: HuntJob, jobId: string): Promise<'queued' | 'known'> {
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

/** Opens a queue for one question. */
export function withQueue<T>(access: QueueAccess, name: QueueName, act: (queue: Queue) => Promise<T>): Promise<T> {
  return withQueues(access, (open) => act(open(name)));
}

/** As `withQueue`, for several queues over one connection. */
export async function withQueues<T>(
  { redis, prefix = DEFAULT_PREFIX }: QueueAccess,
  act: (open: (name: QueueName, settings?: AdvancedOptions) => Queue) => Promise<T>,
): Promise<T> {
  checkPrefix(prefix);
  const connection = redis.open();
  const queues: Queue[] = [];
  const open = (name: QueueName, settings: AdvancedOptions = {}): Queue => {
    const queue = new Queue(name, { connection, prefix, settings });
    queue.on('error', () => undefined);
    queues.push(queue);
    return queue;
  };
  try {
    return await act(open);
  } finally {
    await Promise.all(queues.map((queue) => queue.close()));
    redis.end(connection);
  }
}
