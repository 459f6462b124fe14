// The lines of `coldhunt doctor` about Redis.

import { AppError } from '@coldhunt/core';
import { OLDEST_VERSION, isOlder } from './connect-redis.ts';
import { readRedisFacts } from './read-redis-facts.ts';
import { parseRedisUrl } from './redis-url.ts';

export interface RedisProbe {
  readonly check: string;
  readonly ok: boolean;
  readonly found: string;
  readonly expected: string;
  /** The line that mends it; null when there is nothing to mend. With `ok` it is a warning. */
  readonly mend: string | null;
}

/** Never throws; no line holds a password. */
export async function probeRedis(url: string, timeoutMs = 2000): Promise<readonly RedisProbe[]> {
  const reachable = { check: 'redis', expected: 'an answer within 2 s' };
  try {
    const { version, evictionPolicy, isPersistent } = await readRedisFacts(url, timeoutMs);
    const isEvicting = evictionPolicy !== null && evictionPolicy !== 'noeviction';
    return [
      { ...reachable, ok: true, found: `${parseRedisUrl(url).shown} answers`, mend: null },
      line('redis version', !isOlder(version, OLDEST_VERSION), version, {
        expected: `${OLDEST_VERSION} or newer`,
        mend: 'use a newer Redis (Debian: apt-get install redis-server)',
      }),
      line('redis eviction policy', !isEvicting, evictionPolicy ?? 'not told', {
        expected: 'noeviction',
        mend: 'redis-cli CONFIG SET maxmemory-policy noeviction, and the same in redis.conf',
      }),
      {
        check: 'redis persistence',
        // Nothing is lost with Redis: the run folder holds the truth, and a restart only queues shards anew.
        ok: true,
        found: isPersistent === null ? 'not told' : isPersistent ? 'on' : 'off',
        expected: 'on (without it a restart queues shards anew)',
        mend: isPersistent === false ? 'redis-cli CONFIG SET appendonly yes, and the same in redis.conf' : null,
      },
    ];
  } catch (error) {
    const found = error instanceof AppError ? error.message : 'unknown error';
    return [{ ...reachable, ok: false, found, mend: 'start Redis, or mend COLDHUNT_REDIS_URL or --redis' }];
  }
}

function line(check: string, ok: boolean, found: string, other: { expected: string; mend: string }): RedisProbe {
  return { check, ok, found, expected: other.expected, mend: ok ? null : other.mend };
}
