// A hunt over Redis, as the command sees it: shards handed to workers, or the whole hunt handed to planner and reducer.

import { InputError, type RunStore } from '@coldhunt/core';
import type { RunFile, ShardWork } from '@coldhunt/engine';
import type { ProcessConfig } from '@coldhunt/runtime';
import type { Meter } from './execute-hunt.ts';

export interface FollowOptions extends Meter {
  readonly store: RunStore;
  readonly signal: AbortSignal;
  readonly draining: AbortSignal;
}

export interface RedisHunt {
  runShards(work: ShardWork, options: FollowOptions): Promise<void>;
  submit(run: RunFile, store: RunStore): Promise<void>;
  close(): Promise<void>;
}

/** Throws REDIS_UNAVAILABLE or REDIS_UNSUITABLE before anything is written. */
export async function connect(config: ProcessConfig): Promise<RedisHunt> {
  throw new InputError('REDIS_UNAVAILABLE', `no queue yet ${config.redisPrefix}`);
}
