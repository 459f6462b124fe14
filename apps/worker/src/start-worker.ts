// `coldhunt worker`: shards from the queue, scanned in threads. This thread only talks to Redis and to the scan threads.

import { createShardWorker, openJobService, type ShardJob, type ShardResult } from '@coldhunt/queue';
import {
  redisUrlOf,
  scanSharesOf,
  runService,
  type Logger,
  type ProcessConfig,
  type Service,
  type ServiceConfig,
} from '@coldhunt/runtime';
import { createShardPool } from './create-shard-pool.ts';
import type { ShardOutcome } from './thread-protocol.ts';

/**
 * Works until a signal has come and everything is drained. Throws InputError OPTION_INVALID when no Redis is named, REDIS_UNAVAILABLE
 * or REDIS_UNSUITABLE when it cannot be used.
 */
export function startWorker(config: ProcessConfig, service: ServiceConfig): Promise<void> {
  return runService({
    name: 'worker',
    logLevel: config.logLevel,
    drainTimeoutMs: service.drainTimeoutMs,
    start: (log, stopping) => openWorker(config, service, { log, stopping }),
  });
}

async function openWorker(
  config: ProcessConfig,
  service: ServiceConfig,
  { log, stopping }: { readonly log: Logger; readonly stopping: AbortSignal },
): Promise<Service> {
  const { lockDurationMs: lockMs } = service;
  const { threads, heapMb } = scanSharesOf(service);
  // Its threads start with the first shards.
  const pool = createShardPool({ threads, config, threadMemoryMb: heapMb });
  const taking = await openJobService({
    redisUrl: redisUrlOf(config),
    prefix: config.redisPrefix,
    lockMs,
    runsPrefix: config.runsPrefix,
    openable: config.openable,
    takes: 'shards',
    facts: { threads, threadMemoryMb: heapMb },
    log,
    signal: stopping,
    open: (base) => [
      createShardWorker({
        ...base,
        concurrency: threads,
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
      }),
    ],
  });
  return {
    drain: async (timeoutMs) => {
      const givenBack = await taking.drain(timeoutMs);
      await pool.close();
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
