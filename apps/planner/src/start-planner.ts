// `coldhunt planner`: detached hunts from the queue, planned and handed over to the reducers, who follow their shards; and watches whose
// schedule rang, which the command runs (docs/decisions/030-a-schedule-is-a-bell.md).

import {
  createHuntWorker,
  createScheduleWorker,
  openJobService,
  submitReduction,
  type HuntJob,
  type JobWorker,
  type JobWorkerBase,
  type QueueAccess,
} from '@coldhunt/queue';
import { recordGivenUp } from '@coldhunt/queue/record-given-up';
import { redisUrlOf, runService, type Logger, type ProcessConfig, type ServiceConfig } from '@coldhunt/runtime';
import { keepBells } from './keep-bells.ts';
import { planDetachedHunt, runAccess } from './plan-detached-hunt.ts';
import type { ScheduledNights } from './scheduled-nights.ts';

/** Listing waits for the storage most of the time: several hunts at once. */
const HUNTS_AT_ONCE = 4;

/** A night takes a thread, and memory for its reduction: few at once. */
const WATCHES_AT_ONCE = 2;

/**
 * Works until a signal has come and everything is drained. `nights`: how watches are run whose schedule rang; without it none are. Throws
 * OPTION_INVALID, REDIS_UNAVAILABLE or REDIS_UNSUITABLE at its start.
 */
export function startPlanner(
  config: ProcessConfig,
  { drainTimeoutMs, lockDurationMs }: ServiceConfig,
  nights: ScheduledNights | null = null,
): Promise<void> {
  const { logLevel, redisPrefix: prefix, runsPrefix } = config;
  return runService({
    name: 'planner',
    logLevel,
    drainTimeoutMs,
    start: async (log, signal) => {
      const running = new Set<Promise<unknown>>();
      const service = await openJobService({
        redisUrl: redisUrlOf(config),
        prefix,
        lockMs: lockDurationMs,
        runsPrefix,
        takes: nights === null ? 'hunts to plan' : 'hunts to plan and nights of watches',
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
          ...(nights === null ? [] : openNights(nights, { base, log, running })),
        ],
      });
      return {
        drain: async (timeoutMs) => {
          const givenBack = await service.drain(timeoutMs);
          // A night that was told to stop gives its lease back first.
          await Promise.allSettled(running);
          return givenBack;
        },
      };
    },
  });
}

interface NightsContext {
  readonly base: JobWorkerBase;
  readonly log: Logger;
  /** Runs that have not ended. */
  readonly running: Set<Promise<unknown>>;
}

function openNights(nights: ScheduledNights, { base, log, running }: NightsContext): readonly JobWorker[] {
  const access = { redis: base.redis, prefix: base.prefix, nextInstant: nights.nextInstant };
  const worker = createScheduleWorker({
    ...base,
    nextInstant: nights.nextInstant,
    concurrency: WATCHES_AT_ONCE,
    perform: async (job, { signal }) => {
      const watch = { schedule: job.schedule, workspace: job.workspace_uri };
      log.info(watch, 'running the due nights of a watch');
      const run = nights.run(job, {
        signal,
        lockMs: base.lockMs,
        tell: (note) => log.info({ ...watch, note }, 'told by a watch'),
      });
      running.add(run);
      const ended = await run.finally(() => running.delete(run));
      log.info({ ...watch, ...ended }, 'ran the due nights of a watch');
      return ended;
    },
    onLockLost: (job) => nights.restore(job, access),
    onGivenUp: (job, error) => nights.noteGivenUp(job, error),
  });
  return [worker, keepBells(nights, access, log)];
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
