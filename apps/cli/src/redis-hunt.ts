// A hunt over Redis, as the command sees it: its shards handed to workers, or the whole of it handed to planner and reducer.

import type { RunStore } from '@coldhunt/core';
import type { PlanLimits, Prices, Retry, RunFile, ShardWork } from '@coldhunt/engine';
import {
  connectRedis,
  followHunt,
  huntJobId,
  huntStatus,
  nameHunt,
  submitHunt,
  type FollowEvent,
  type HuntStatus,
} from '@coldhunt/queue';
import { redisUrlOf, type ProcessConfig } from '@coldhunt/runtime';
import { describeAbsence, type QueuePlace } from './describe-absence.ts';

export interface RedisProgress {
  readonly doneBytes: number;
  readonly doneShards: number;
  readonly matches: number;
  /** Connected at the last look; null: not known. */
  readonly workers: number | null;
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
  readonly prices?: Prices | undefined;
  readonly route?: string | undefined;
}

export interface RedisHunt {
  readonly place: QueuePlace;
  /** What is dangerous about the server's settings, one sentence each. */
  readonly warnings: readonly string[];
  /** Returns when every shard has a record in the run folder. */
  runShards(work: ShardWork, options: FollowHuntOptions): Promise<void>;
  /** Hands the whole hunt over; `known` when it is under way already. */
  submit(run: RunFile, options: SubmitHuntOptions): Promise<'queued' | 'known'>;
  /** What planners and reducers know of the hunt, and how many processes are connected. */
  status(run: RunFile, store: RunStore): Promise<HuntStatus>;
  close(): Promise<void>;
}

/**
 * Throws REDIS_UNAVAILABLE or REDIS_UNSUITABLE, or OPTION_INVALID when no Redis is named. `tell` gets what a person should know while
 * the hunt runs: trouble with the connection, nobody to do the work, shards that were given up.
 */
export async function connectHunt(config: ProcessConfig, tell: (text: string) => void): Promise<RedisHunt> {
  const url = redisUrlOf(config);
  const redis = await connectRedis(url, { onError: (reason) => tell(`trouble with Redis: ${reason}`) });
  const access = { redis, prefix: config.redisPrefix };
  const place = { redis: redis.shown, prefix: config.redisPrefix, isSecret: hasCredentials(url) };
  return {
    place,
    warnings: redis.warnings,
    runShards: async (work, { store, signal, weight, onProgress }) =>
      followHunt({
        ...access,
        work,
        store,
        huntId: huntJobId(await nameHunt(work.run, store)),
        signal,
        weight,
        onProgress: ({ shards, bytes, matches, workers }) =>
          onProgress({ doneBytes: bytes.done, doneShards: shards.done, matches, workers }),
        onEvent: (event) => tellOfEvent(event, place, tell),
      }),
    submit: async (run, { store, ...options }) =>
      submitHunt(access, { runUri: store.uri, ...(await nameHunt(run, store)), ...options }),
    status: async (run, store) => huntStatus(access, await nameHunt(run, store)),
    close: () => redis.close(),
  };
}

function hasCredentials(url: string): boolean {
  const { username, password } = new URL(url);
  return username !== '' || password !== '';
}

function tellOfEvent(event: FollowEvent, place: QueuePlace, tell: (text: string) => void): void {
  if (event.kind === 'no-worker') tell(describeAbsence('worker', place, event.forMs));
  else if (event.kind === 'gave-up') tell(`shard ${event.shardId} was given up: ${event.message} (${event.code})`);
  else if (event.kind === 'left') tell(`a worker of another version left a shard to others: ${event.reason}`);
  else if (event.kind === 'redis-full') tell(`${event.message}; the rest of the shards waits`);
}
