// `coldhunt planner`: detached hunts from the queue, planned and handed over to the reducers, who follow their shards.

import { connectRedis, createHuntWorker, describeJobEvent, submitReduction, type HuntJob } from '@coldhunt/queue';
import {
  redisUrlOf,
  runService,
  type Logger,
  type ProcessConfig,
  type Service,
  type ServiceConfig,
} from '@coldhunt/runtime';
import { planDetachedHunt } from './plan-detached-hunt.ts';

export type PlannerOptions = Partial<ServiceConfig> & Pick<ServiceConfig, 'drainTimeoutMs'>;

/** Listing waits for the storage most of the time: several hunts at once. */
const HUNTS_AT_ONCE = 4;

/** Works until a signal has come and everything is drained. Throws OPTION_INVALID, REDIS_UNAVAILABLE or REDIS_UNSUITABLE at its start. */
export function startPlanner(config: ProcessConfig, options: PlannerOptions): Promise<void> {
  return runService({
    name: 'planner',
    logLevel: config.logLevel,
    drainTimeoutMs: options.drainTimeoutMs,
    start: (log) => openPlanner(config, options, log),
  });
}

async function openPlanner(config: ProcessConfig, options: PlannerOptions, log: Logger): Promise<Service> {
  const redis = await connectRedis(redisUrlOf(config), {
    onError: (reason) => log.warn({ reason }, 'trouble with Redis'),
  });
  for (const warning of redis.warnings) log.warn({ redis: redis.shown }, warning);
  const access = { redis, prefix: config.redisPrefix };
  const perform = async (
    job: HuntJob,
    { signal, progress }: { signal: AbortSignal; progress: (value: object) => void },
  ): Promise<object> => {
    const hunt = { runId: job.run_id.slice(0, 8), runUri: job.run_uri, generation: job.generation };
    log.info(hunt, 'planning a hunt');
    const plan = await planDetachedHunt(job, {
      config,
      signal,
      onListed: (objects) => progress({ phase: 'listing', objects }),
    });
    if (plan === null) {
      log.info(hunt, 'the run has moved on to a newer generation: left alone');
      return { state: 'stale' };
    }
    await submitReduction(access, job);
    log.info({ ...hunt, shards: plan.shards, objects: plan.selected.objects, bytes: plan.selected.bytes }, 'planned');
    return { state: 'planned', shards: plan.shards };
  };
  const worker = createHuntWorker({
    ...access,
    queue: 'hunts',
    concurrency: HUNTS_AT_ONCE,
    perform,
    lockMs: options.lockDurationMs,
    stalledEveryMs: options.lockDurationMs === undefined ? undefined : Math.ceil(options.lockDurationMs / 2),
    onEvent: (event) => {
      const { level, fields, message } = describeJobEvent(event);
      log[level](fields, message);
    },
  });
  await worker.ready();
  log.info({ redis: redis.shown, prefix: config.redisPrefix, runsPrefix: config.runsPrefix }, 'taking hunts to plan');
  if (config.runsPrefix === null) log.warn('any run is planned: --runs-prefix limits them to runs of yours');
  return {
    drain: async (timeoutMs) => {
      const givenBack = await worker.drain(timeoutMs);
      await redis.close();
      return givenBack;
    },
  };
}
