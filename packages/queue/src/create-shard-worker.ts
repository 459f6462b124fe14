// Takes shards of all hunts from the queue and has them scanned. The thread that runs this only talks to Redis: `scan` hands the work
// to a thread of its own.

import { z } from 'zod';
import type { Limits } from './bad-ends.ts';
import { createJobWorker, type JobEvent, type JobWorker } from './create-job-worker.ts';
import type { RedisLink } from './connect-redis.ts';
import { QUEUES, shardJobSchema, type ShardJob } from './jobs.ts';

/** A shard whose process or thread died so often is given up: it becomes `failed` with SHARD_GAVE_UP. */
export const MAX_STARTS = 3;
/** A minute: then the only process that had it is believed. */
const POISON: Limits = { maxBad: MAX_STARTS, maxWaits: 30, pauseMs: 2000 };

export const shardResultSchema = z.object({
  state: z.enum(['ok', 'failed', 'stale']),
  bytes: z.number(),
  events: z.number(),
  matches: z.number(),
});

export type ShardResult = z.infer<typeof shardResultSchema>;

export const shardProgressSchema = z.object({ bytes: z.number(), events: z.number(), matches: z.number() });

export interface ScanContext {
  readonly signal: AbortSignal;
  readonly attempt: number;
  /** A passing fault that is still there must be recorded and not thrown; but STORAGE_THROTTLED is thrown all the same. */
  readonly isLastAttempt: boolean;
  progress(value: z.infer<typeof shardProgressSchema>): void;
}

export interface ShardWorkerOptions {
  readonly redis: RedisLink;
  readonly prefix?: string | undefined;
  /** Shards at a time: as many as there are threads. */
  readonly concurrency: number;
  /** Scans one shard and writes its record. Must check the job: whoever can write to Redis could have made it. */
  readonly scan: (job: ShardJob, context: ScanContext) => Promise<ShardResult>;
  /** When a shard is poison. Default: three bad ends on two processes, or on one that nobody else relieves for a minute. */
  readonly poison?: Limits | undefined;
  readonly lockMs?: number | undefined;
  readonly stalledEveryMs?: number | undefined;
  readonly onEvent?: ((event: JobEvent) => void) | undefined;
}

export function createShardWorker({ scan, poison = POISON, ...options }: ShardWorkerOptions): JobWorker {
  return createJobWorker({
    ...options,
    queue: QUEUES.shards,
    schema: shardJobSchema,
    maxStalls: MAX_STARTS,
    poison,
    perform: (job, { signal, attempt, isLastAttempt, progress }) =>
      scan(job, { signal, attempt, isLastAttempt, progress }),
  });
}
