// `coldhunt worker`: shards from the queue, scanned in threads. This thread only talks to Redis and to the scan threads.

import { availableParallelism } from 'node:os';
import { connectRedis, createShardWorker, describeJobEvent, type ShardJob, type ShardResult } from '@coldhunt/queue';
import {
  redisUrlOf,
  runService,
  type Logger,
  type ProcessConfig,
  type Service,
  type ServiceConfig,
} from '@coldhunt/runtime';
import { createShardPool } from './create-shard-pool.ts';
import type { ShardOutcome } from './thread-protocol.ts';

export type WorkerOptions = Partial<ServiceConfig> & Pick<ServiceConfig, 'drainTimeoutMs'>;

/**
 * Works until a signal has come and everything is drained. Throws InputError OPTION_INVALID when no Redis is named, REDIS_UNAVAILABLE
 * or REDIS_UNSUITABLE when it cannot be used.
 */
export function startWorker(config: ProcessConfig, options: WorkerOptions): Promise<void> {
  return runService({
    name: 'worker',
    logLevel: config.logLevel,
    drainTimeoutMs: options.drainTimeoutMs,
    start: (log) => openWorker(config, options, log),
  });
}

async function openWorker(config: ProcessConfig, options: WorkerOptions, log: Logger): Promise<Service> {
  const redis = await connectRedis(redisUrlOf(config), {
    onError: (reason) => log.warn({ reason }, 'trouble with Redis'),
  });
  for (const warning of redis.warnings) log.warn({ redis: redis.shown }, warning);
  const { threads = availableParallelism(), lockDurationMs, threadMemoryMb } = options;
  const pool = createShardPool({ threads, config, ...(threadMemoryMb === undefined ? {} : { threadMemoryMb }) });
  const worker = createShardWorker({
    redis,
    prefix: config.redisPrefix,
    concurrency: threads,
    lockMs: lockDurationMs,
    stalledEveryMs: lockDurationMs === undefined ? undefined : Math.ceil(lockDurationMs / 2),
    scan: async (job, { attempt, isLastAttempt, signal, progress }) => {
      const outcome = await pool.runShard(referenceOf(job), {
        run: { runUri: job.run_uri, runId: job.run_id, generation: job.generation },
        attempt,
        isLastAttempt,
        waitsWhenThrottled: true,
        signal,
        onProgress: progress,
      });
      return resultOf(outcome);
    },
    onEvent: (event) => {
      const { level, fields, message } = describeJobEvent(event);
      log[level](fields, message);
    },
  });
  await worker.ready();
  log.info({ redis: redis.shown, prefix: config.redisPrefix, threads, runsPrefix: config.runsPrefix }, 'taking shards');
  if (config.runsPrefix === null) log.warn('shards of any run are taken: --runs-prefix limits them to runs of yours');
  return {
    drain: async (timeoutMs) => {
      const givenBack = await worker.drain(timeoutMs);
      await pool.close();
      await redis.close();
      return givenBack;
    },
  };
}

function referenceOf({ shard_id, part }: ShardJob): { readonly id: string; readonly part: number } {
  return { id: shard_id, part };
}

function resultOf({ state, stats, matches }: ShardOutcome): ShardResult {
  const { bytes = 0, events = 0 } = stats ?? {};
  return { state: state === 'failed' ? 'failed' : 'ok', bytes, events, matches };
}
