// `coldhunt reducer`: planned hunts from the queue. It follows their shards to the last record, raises the alerts and writes the reports.

import {
  createHuntWorker,
  createPartitionWorker,
  openJobService,
  type FollowEvent,
  type JobWorker,
  type JobWorkerBase,
} from '@coldhunt/queue';
import { recordGivenUp } from '@coldhunt/queue/record-given-up';
import {
  redisUrlOf,
  reductionSharesOf,
  runService,
  type Logger,
  type ProcessConfig,
  type ServiceConfig,
} from '@coldhunt/runtime';
import { createTurnstile } from './create-turnstile.ts';
import { runAccess } from './open-hunt.ts';
import { reduceDetachedHunt, reducePart } from './reduce-detached-hunt.ts';
import type { ReductionLimits } from './reduce-in-thread.ts';

/** Following a hunt is light; what is heavy goes one at a time through the turnstile. */
const HUNTS_AT_ONCE = 16;

/** Works until a signal has come and everything is drained. Throws OPTION_INVALID, REDIS_UNAVAILABLE or REDIS_UNSUITABLE at its start. */
export async function startReducer(config: ProcessConfig, service: ServiceConfig): Promise<void> {
  const { drainTimeoutMs, lockDurationMs, spillDir, maxSpill } = service;
  const limits = { memory: reductionSharesOf(service), spillDir, maxSpill };
  const { logLevel, redisPrefix: prefix, runsPrefix } = config;
  return runService({
    name: 'reducer',
    logLevel,
    drainTimeoutMs,
    start: (log, signal) =>
      openJobService({
        redisUrl: redisUrlOf(config),
        prefix,
        lockMs: lockDurationMs,
        runsPrefix,
        takes: 'planned hunts',
        log,
        signal,
        open: (base) => openReducer(base, { config, limits, log }),
      }),
  });
}

interface ReducerSetting {
  readonly config: ProcessConfig;
  readonly limits: ReductionLimits;
  readonly log: Logger;
}

function openReducer(base: JobWorkerBase, { config, limits, log }: ReducerSetting): readonly JobWorker[] {
  const inTurn = createTurnstile();
  const hunts = createHuntWorker({
    ...base,
    queue: 'reduce',
    concurrency: HUNTS_AT_ONCE,
    perform: async (job, { jobId, signal, progress }) => {
      const hunt = { runId: job.run_id.slice(0, 8), runUri: job.run_uri, generation: job.generation };
      log.info(hunt, 'following a hunt');
      const reduced = await reduceDetachedHunt(job, {
        access: base,
        config,
        limits,
        huntId: jobId,
        signal,
        inTurn,
        onProgress: progress,
        onEvent: (event) => logFollowing(log, hunt, event),
      });
      log.info({ ...hunt, ...reduced }, 'hunt done');
      return reduced;
    },
    onGivenUp: (job, error) => recordGivenUp(job, { ...runAccess(config), by: 'reducer', error }),
  });
  const parts = createPartitionWorker({
    ...base,
    concurrency: 1,
    perform: (job, { signal }) => reducePart(job, { config, limits, signal, inTurn }),
  });
  return [hunts, parts];
}

function logFollowing(log: Logger, hunt: object, event: FollowEvent): void {
  const { kind, ...fields } = event;
  const line = { ...hunt, ...fields };
  if (kind === 'gave-up') log.error(line, 'a shard was given up');
  else if (kind === 'no-worker') log.warn(line, 'no worker is connected: shards wait for one (coldhunt worker)');
  else if (kind === 'left') log.warn(line, 'a worker of another version left a shard to others');
  else if (kind === 'redis-full') log.warn(line, 'Redis is full: the rest of the shards waits');
  else log.info(line, kind === 'added' ? 'shards queued' : 'shards without a record queued again');
}
