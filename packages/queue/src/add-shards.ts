// Shards -> waiting jobs, by 1,000 and counted afterwards: when its memory is full Redis takes a part of them and says so, and a job that
// is already there is not added again.

import { TransientError, type ErrorCode } from '@coldhunt/core';
import type { Queue } from 'bullmq';
import { readJobStates, type OpenQueue } from './read-job-states.ts';
import { BACKOFF } from './pause-before-retry.ts';

export const CHUNK = 1000;
const TRIES = 3;

export interface ShardToAdd {
  readonly jobId: string;
  readonly payload: object;
  /** Its turn: smaller comes first. */
  readonly round: number;
}

export interface AddOptions {
  /** How often a passing fault is tried again, the first try included. */
  readonly attempts: number;
  readonly backoffMs: number;
}

/** Throws TransientError REDIS_UNSUITABLE when Redis is full. */
export async function addShards(open: OpenQueue, shards: readonly ShardToAdd[], options: AddOptions): Promise<void> {
  for (let from = 0; from < shards.length; from += CHUNK) {
    let missing = shards.slice(from, from + CHUNK);
    for (let attempt = 0; missing.length > 0 && attempt < TRIES; attempt += 1) {
      await addChunk(open.queue, missing, options);
      const states = await readJobStates(
        open,
        missing.map(({ jobId }) => jobId),
      );
      missing = missing.filter((_, index) => states[index] === 'missing');
    }
    if (missing.length > 0) {
      throw full(
        `${missing.length} of ${Math.min(CHUNK, shards.length - from)} jobs are not there after adding them ${TRIES} times`,
      );
    }
  }
}

async function addChunk(
  queue: Queue,
  shards: readonly ShardToAdd[],
  { attempts, backoffMs }: AddOptions,
): Promise<void> {
  try {
    await queue.addBulk(
      shards.map(({ jobId, payload, round }) => ({
        name: 'shard',
        data: payload,
        opts: {
          jobId,
          priority: round,
          attempts,
          backoff: { type: BACKOFF, delay: backoffMs },
          // Kept for a while, so that the same job does not run again; the run folder knows better than either.
          removeOnComplete: { age: 3600, count: 20_000 },
          removeOnFail: { age: 7 * 24 * 3600, count: 20_000 },
          stackTraceLimit: 0,
        },
      })),
    );
  } catch (error) {
    if (error instanceof Error && /\bOOM\b/.test(error.message)) throw full('its memory is full (maxmemory)');
    throw error;
  }
}

function full(reason: string): TransientError {
  const code: ErrorCode = 'REDIS_UNSUITABLE';
  return new TransientError(code, `Redis does not take more jobs: ${reason}`);
}
