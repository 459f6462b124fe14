// Takes shards of all hunts from the queue and has them scanned. The thread that runs this only talks to Redis: `scan` hands the work
// to a thread of its own.

import { AppError, TransientError } from '@coldhunt/core';
import { z } from 'zod';
import { createJobWorker, type JobEvent, type JobWorker } from './create-job-worker.ts';
import type { RedisLink } from './connect-redis.ts';
import { createSuspectGate } from './create-suspect-gate.ts';
import { QUEUES, shardJobSchema, type ShardJob } from './jobs.ts';

/** A shard whose process died so often is given up: it becomes `failed` with SHARD_GAVE_UP. */
export const MAX_STARTS = 3;

export const shardResultSchema = z.object({
  state: z.enum(['ok', 'failed']),
  bytes: z.number(),
  events: z.number(),
  matches: z.number(),
});

export type ShardResult = z.infer<typeof shardResultSchema>;

export const shardProgressSchema = z.object({ bytes: z.number(), events: z.number(), matches: z.number() });

export interface ScanContext {
  readonly signal: AbortSignal;
  readonly attempt: number;
  /** A passing fault that is still there must be recorded and not thrown. */
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
  readonly lockMs?: number | undefined;
  readonly stalledEveryMs?: number | undefined;
  readonly onEvent?: ((event: JobEvent) => void) | undefined;
}

export function createShardWorker({ scan, ...options }: ShardWorkerOptions): JobWorker {
  const gate = createSuspectGate();
  return createJobWorker({
    ...options,
    queue: QUEUES.shards,
    schema: shardJobSchema,
    maxStalls: MAX_STARTS,
    perform: (job, { signal, attempt, isLastAttempt, stalls, progress }) =>
      gate.run(stalls > 0, async () => {
        signal.throwIfAborted();
        const context = { signal, attempt, progress };
        try {
          return await scan(job, { ...context, isLastAttempt: false });
        } catch (error) {
          if (!isLastAttempt || !isPassing(error)) throw error;
          // Only now may a fault be written down: a server that asks to slow down never uses up the last attempt.
          return await scan(job, { ...context, isLastAttempt: true });
        }
      }),
  });
}

function isPassing(error: unknown): boolean {
  return error instanceof TransientError && !['STORAGE_THROTTLED', 'INTERRUPTED'].includes((error as AppError).code);
}
