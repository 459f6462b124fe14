// A hunt over Redis, as the command sees it: its shards handed to workers, or the whole of it handed to planner and reducer.

import type { RunStore } from '@coldhunt/core';
import type { PlanLimits, Retry, RunFile, ShardWork } from '@coldhunt/engine';
import { connectRedis, followHunt, huntStatus, submitHunt } from '@coldhunt/queue';
import { redisUrlOf, type ProcessConfig } from '@coldhunt/runtime';

export interface RedisProgress {
  readonly doneBytes: number;
  readonly doneShards: number;
  readonly matches: number;
}

export interface FollowHuntOptions {
  readonly store: RunStore;
  /** Stops following; the waiting shards are taken out of the queue. */
  readonly signal: AbortSignal;
  /** Against hunts that run at the same time. */
  readonly weight?: number | undefined;
  readonly onProgress: (progress: RedisProgress) => void;
}

export interface SubmitHuntOptions {
  readonly store: RunStore;
  readonly startedAtMs: number;
  readonly partitions: number;
  readonly weight?: number | undefined;
  readonly retry?: Retry | undefined;
  readonly limits?: PlanLimits | undefined;
}

export interface RedisHunt {
  /** What is dangerous about the server's settings, one sentence each. */
  readonly warnings: readonly string[];
  /** Returns when every shard has a record in the run folder. */
  runShards(work: ShardWork, options: FollowHuntOptions): Promise<void>;
  /** Hands the whole hunt over; `known` when it is under way already. */
  submit(run: RunFile, options: SubmitHuntOptions): Promise<'queued' | 'known'>;
  /** What last went wrong with the hunt at its planner or reducer, and whether it was given up for good; null: nothing. */
  troubleOf(run: RunFile): Promise<{ readonly reason: string; readonly isFinal: boolean } | null>;
  close(): Promise<void>;
}

/** Throws REDIS_UNAVAILABLE or REDIS_UNSUITABLE, or OPTION_INVALID when no Redis is named. `onTrouble` is told when the connection breaks. */
export async function connectHunt(config: ProcessConfig, onTrouble: (reason: string) => void): Promise<RedisHunt> {
  const redis = await connectRedis(redisUrlOf(config), { onError: onTrouble });
  const prefix = config.redisPrefix;
  return {
    warnings: redis.warnings,
    runShards: (work, { store, signal, weight, onProgress }) =>
      followHunt({
        redis,
        prefix,
        work,
        store,
        signal,
        weight,
        onProgress: ({ shards, bytes, matches }) =>
          onProgress({ doneBytes: bytes.done, doneShards: shards.done, matches }),
      }),
    submit: (run, { store, ...options }) =>
      submitHunt({ redis, prefix }, { runUri: store.uri, runId: run.run_id, generation: run.generation, ...options }),
    troubleOf: async (run) => {
      const { planner, reducer } = await huntStatus(
        { redis, prefix },
        { runId: run.run_id, generation: run.generation },
      );
      const troubled = [reducer, planner].find(
        (job) => job !== null && (job.state === 'failed' || (job.state === 'delayed' && job.failedReason !== null)),
      );
      if (troubled === undefined || troubled === null) return null;
      return { reason: troubled.failedReason ?? 'no reason was told', isFinal: troubled.state === 'failed' };
    },
    close: () => redis.close(),
  };
}
