// What planner, worker and reducer share: a Redis that was looked at, workers that take jobs until they are drained, and a line in the
// log for what happens to each job.

import { connectRedis, type RedisLink } from './connect-redis.ts';
import type { JobEvent, JobWorker } from './create-job-worker.ts';
import { describeJobEvent, type EventLine } from './describe-job-event.ts';
import { waitFor } from './wait-for.ts';

/** Takes lines: a constant message, and fields. */
type JobLog = Readonly<Record<EventLine['level'], (fields: object, message: string) => void>>;

/** What every worker of the process is made with. */
export interface JobWorkerBase {
  readonly redis: RedisLink;
  readonly prefix: string;
  readonly lockMs: number;
  readonly stalledEveryMs: number;
  readonly onEvent: (event: JobEvent) => void;
}

export interface JobServiceOptions {
  readonly redisUrl: string;
  readonly prefix: string;
  /** A process that is silent for so long counts as dead. */
  readonly lockMs: number;
  /** null: jobs of any run are taken, which is said at the start. */
  readonly runsPrefix: string | null;
  /** null: archives of any place are opened, which is said at the start; absent: none is. */
  readonly openable?: readonly string[] | null | undefined;
  /** What is taken, for the log: `shards`. */
  readonly takes: string;
  /** More of what is logged at the start. */
  readonly facts?: object | undefined;
  readonly log: JobLog;
  /** Ends a start that waits for Redis. */
  readonly signal: AbortSignal;
  readonly open: (base: JobWorkerBase) => readonly JobWorker[];
}

export interface JobService {
  /** Drains all workers, each as `JobWorker.drain`, and leaves Redis. Tells how many jobs were put back. */
  drain(timeoutMs: number): Promise<number>;
}

/** Resolves when jobs are taken. Throws TransientError REDIS_UNAVAILABLE, InputError REDIS_UNSUITABLE or OPTION_INVALID. */
export async function openJobService(options: JobServiceOptions): Promise<JobService> {
  const { redisUrl, prefix, lockMs, runsPrefix, openable, takes, facts = {}, log, signal, open } = options;
  const onError = (reason: string): void => log.warn({ reason }, 'trouble with Redis');
  const redis = await connectRedis(redisUrl, { onError, signal });
  for (const warning of redis.warnings) log.warn({ redis: redis.shown }, warning);
  const workers = open({
    redis,
    prefix,
    lockMs,
    stalledEveryMs: Math.ceil(lockMs / 2),
    onEvent: (event) => {
      const { level, fields, message } = describeJobEvent(event);
      log[level](fields, message);
    },
  });
  try {
    await waitFor(Promise.all(workers.map((worker) => worker.ready())), signal);
  } catch (error) {
    await Promise.all(workers.map((worker) => worker.drain(0)));
    await redis.close();
    throw error;
  }
  log.info({ redis: redis.shown, prefix, runsPrefix, ...facts }, `taking ${takes}`);
  if (runsPrefix === null) log.warn({}, `${takes} of any run are taken: --runs-prefix limits them to runs of yours`);
  if (openable === null) log.warn({}, 'archives of any place are opened: --archives limits them to places of yours');
  return {
    drain: async (timeoutMs) => {
      const givenBack = await Promise.all(workers.map((worker) => worker.drain(timeoutMs)));
      await redis.close();
      return givenBack.reduce((sum, count) => sum + count, 0);
    },
  };
}
