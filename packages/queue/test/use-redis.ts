// A Redis for the tests of a file: started before the first, stopped after the last; what a test began is ended behind it, the last first.

import { afterAll, afterEach, beforeAll } from 'vitest';
import { connectRedis, type RedisLink } from '@coldhunt/queue';
import { startRedis, type RedisServer } from './redis-server.ts';

export interface UsedRedis {
  readonly server: RedisServer;
  readonly redis: RedisLink;
  /** Called after the test. */
  readonly ends: (() => Promise<unknown>)[];
}

/** What it gives is there from the first test on. */
export function useRedis(): UsedRedis {
  const started: { server?: RedisServer; redis?: RedisLink } = {};
  const ends: (() => Promise<unknown>)[] = [];
  beforeAll(async () => {
    started.server = await startRedis();
    started.redis = await connectRedis(started.server.url);
  });
  afterEach(async () => {
    for (const end of ends.splice(0).toReversed()) await end();
  });
  afterAll(async () => {
    await started.redis?.close();
    await started.server?.stop();
  });
  return {
    ends,
    get server() {
      return there(started.server);
    },
    get redis() {
      return there(started.redis);
    },
  };
}

function there<T>(value: T | undefined): T {
  if (value === undefined) throw new Error('Redis is there from the first test on');
  return value;
}
