// A hunt over Redis, as the command sees it: its shards handed to workers, or the whole of it handed to planner and reducer.

import { InputError, type RunStore } from '@coldhunt/core';
import type { PlanLimits, RunFile, ShardWork } from '@coldhunt/engine';
import { connectRedis, followHunt, submitHunt } from '@coldhunt/queue';
import type { ProcessConfig } from '@coldhunt/runtime';

export interface RedisProgress {
  readonly doneBytes: number;
  readonly doneShards: number;
  readonly matches: number;
}

export interface FollowHuntOptions {
  readonly store: RunStore;
  /** Stops following; the waiting shards are taken out of the queue. */
  readonly signal: AbortSignal;
  readonly onProgress: (progress: RedisProgress) => void;
}

export interface SubmitHuntOptions {
  readonly store: RunStore;
  readonly startedAtMs: number;
  readonly partitions: number;
  readonly limits?: PlanLimits | undefined;
}

export interface RedisHunt {
  /** What is dangerous about the server's settings, one sentence each. */
  readonly warnings: readonly string[];
  /** Returns when every shard has a record in the run folder. */
  runShards(work: ShardWork, options: FollowHuntOptions): Promise<void>;
  /** Hands the whole hunt over; `known` when it is under way already. */
  submit(run: RunFile, options: SubmitHuntOptions): Promise<'queued' | 'known'>;
  close(): Promise<void>;
}

/** Throws REDIS_UNAVAILABLE or REDIS_UNSUITABLE, or OPTION_INVALID when no Redis is named. `onTrouble` is told when the connection breaks. */
export async function connectHunt(config: ProcessConfig, onTrouble: (reason: string) => void): Promise<RedisHunt> {
  if (config.redisUrl === null) {
    throw new InputError(
      'OPTION_INVALID',
      'no Redis is named: give --redis <url>, COLDHUNT_REDIS_URL or redis.url in coldhunt.yaml',
    );
  }
  const redis = await connectRedis(config.redisUrl, { onError: onTrouble });
  const prefix = config.redisPrefix;
  return {
    warnings: redis.warnings,
    runShards: (work, { store, signal, onProgress }) =>
      followHunt({
        redis,
        prefix,
        work,
        store,
        signal,
        onProgress: ({ shards, bytes, matches }) =>
          onProgress({ doneBytes: bytes.done, doneShards: shards.done, matches }),
      }),
    submit: (run, { store, startedAtMs, partitions, limits }) =>
      submitHunt(
        { redis, prefix },
        { runUri: store.uri, runId: run.run_id, generation: run.generation, startedAtMs, partitions, limits },
      ),
    close: () => redis.close(),
  };
}
