// `coldhunt planner`: detached hunts from the queue, planned and handed over to the reducers, who follow their shards.

import { createHuntWorker, openJobService, submitReduction, type HuntJob, type QueueAccess } from '@coldhunt/queue';
import { recordGivenUp } from '@coldhunt/queue/record-given-up';
import { redisUrlOf, runService, type Logger, type ProcessConfig, type ServiceConfig } from '@coldhunt/runtime';
import { planDetachedHunt, runAccess } from './plan-detached-hunt.ts';

/** Listing waits for the storage most of the time: several hunts at once. */
const HUNTS_AT_ONCE = 4;

/** Works until a signal has come and everything is drained. Throws OPTION_INVALID, REDIS_UNAVAILABLE or REDIS_UNSUITABLE at its start. */
export function startPlanner(config: ProcessConfig, { drainTimeoutMs, lockDurationMs }: ServiceConfig): Promise<void> {
  const { logLevel, redisPrefix: prefix, runsPrefix, openable } = config;
  return runService({
    name: 'planner',
    logLevel,
    drainTimeoutMs,
    start: (log, signal) =>
      openJobService({
        redisUrl: redisUrlOf(config),
        prefix,
        lockMs: lockDurationMs,
        runsPrefix,
        openable,
        takes: 'hunts to plan',
        log,
        signal,
        open: (base) => [
          createHuntWorker({
            ...base,
            queue: 'hunts',
            concurrency: HUNTS_AT_ONCE,
            perform: (job, context) => performPlanning(job, { ...context, config, log, access: base }),
            onGivenUp: (job, error) => recordGivenUp(job, { ...runAccess(config), by: 'planner', error }),
          }),
        ],
      }),
  });
}

interface PlanningContext {
  readonly config: ProcessConfig;
  readonly log: Logger;
  readonly access: QueueAccess;
  readonly jobId: string;
  readonly signal: AbortSignal;
  progress(value: object): void;
}

async function performPlanning(
  job: HuntJob,
  { config, log, access, jobId, signal, progress }: PlanningContext,
): Promise<object> {
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
  await submitReduction(access, job, { huntId: jobId, signal });
  log.info({ ...hunt, shards: plan.shards, objects: plan.selected.objects, bytes: plan.selected.bytes }, 'planned');
  return { state: 'planned', shards: plan.shards };
}
