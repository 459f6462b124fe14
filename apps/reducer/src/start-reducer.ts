// `coldhunt reducer`: planned hunts from the queue. It follows their shards to the last record, raises the alerts and writes the reports.

import {
  connectRedis,
  createHuntWorker,
  createPartitionWorker,
  describeJobEvent,
  type FollowEvent,
  type JobEvent,
} from '@coldhunt/queue';
import {
  redisUrlOf,
  runService,
  type Logger,
  type ProcessConfig,
  type Service,
  type ServiceConfig,
} from '@coldhunt/runtime';
import { createTurnstile } from './create-turnstile.ts';
import { reduceDetachedHunt, reducePart } from './reduce-detached-hunt.ts';

export type ReducerOptions = Partial<ServiceConfig> & Pick<ServiceConfig, 'drainTimeoutMs'>;

/** Following a hunt is light; what is heavy goes one at a time through the turnstile. */
const HUNTS_AT_ONCE = 16;

/** Works until a signal has come and everything is drained. Throws OPTION_INVALID, REDIS_UNAVAILABLE or REDIS_UNSUITABLE at its start. */
export function startReducer(config: ProcessConfig, options: ReducerOptions): Promise<void> {
  return runService({
    name: 'reducer',
    logLevel: config.logLevel,
    drainTimeoutMs: options.drainTimeoutMs,
    start: (log) => openReducer(config, options, log),
  });
}

async function openReducer(config: ProcessConfig, options: ReducerOptions, log: Logger): Promise<Service> {
  const redis = await connectRedis(redisUrlOf(config), {
    onError: (reason) => log.warn({ reason }, 'trouble with Redis'),
  });
  for (const warning of redis.warnings) log.warn({ redis: redis.shown }, warning);
  const access = { redis, prefix: config.redisPrefix };
  const inTurn = createTurnstile();
  const shared = {
    ...access,
    lockMs: options.lockDurationMs,
    stalledEveryMs: options.lockDurationMs === undefined ? undefined : Math.ceil(options.lockDurationMs / 2),
    onEvent: (event: JobEvent): void => {
      const { level, fields, message } = describeJobEvent(event);
      log[level](fields, message);
    },
  };
  const hunts = createHuntWorker({
    ...shared,
    queue: 'reduce',
    concurrency: HUNTS_AT_ONCE,
    perform: async (job, { signal, progress }) => {
      const hunt = { runId: job.run_id.slice(0, 8), runUri: job.run_uri, generation: job.generation };
      log.info(hunt, 'following a hunt');
      const reduced = await reduceDetachedHunt(job, {
        access,
        config,
        signal,
        inTurn,
        onProgress: progress,
        onEvent: (event) => logFollowing(log, hunt, event),
      });
      log.info({ ...hunt, ...reduced }, 'hunt done');
      return reduced;
    },
  });
  const parts = createPartitionWorker({
    ...shared,
    concurrency: 1,
    perform: (job, { signal }) => reducePart(job, { config, signal, inTurn }),
  });
  await Promise.all([hunts.ready(), parts.ready()]);
  log.info({ redis: redis.shown, prefix: config.redisPrefix, runsPrefix: config.runsPrefix }, 'taking planned hunts');
  if (config.runsPrefix === null) log.warn('any run is reduced: --runs-prefix limits them to runs of yours');
  return {
    drain: async (timeoutMs) => {
      const givenBack = await Promise.all([hunts.drain(timeoutMs), parts.drain(timeoutMs)]);
      await redis.close();
      return givenBack.reduce((sum, count) => sum + count, 0);
    },
  };
}

function logFollowing(log: Logger, hunt: object, event: FollowEvent): void {
  const { kind, ...fields } = event;
  const line = { ...hunt, ...fields };
  if (kind === 'gave-up') log.error(line, 'a shard was given up');
  else if (kind === 'no-worker') log.warn(line, 'no worker is connected: shards wait for one (coldhunt worker)');
  else if (kind === 'redis-full') log.warn(line, 'Redis is full: the rest of the shards waits');
  else log.info(line, kind === 'added' ? 'shards queued' : 'shards without a record queued again');
}
