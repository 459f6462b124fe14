// A Redis URL -> a server that was looked at, and connections to it. The first look fails fast; connections opened later wait for the
// server when it is away and go on.

import { InputError } from '@coldhunt/core';
import { Redis } from 'ioredis';
import { readRedisFacts, reasonOf, type RedisFacts } from './read-redis-facts.ts';
import { parseRedisUrl } from './redis-url.ts';

export const OLDEST_VERSION = '6.2.0';
const LONGEST_PAUSE_MS = 2000;

export interface RedisLink {
  /** The server's URL without user name and password. */
  readonly shown: string;
  readonly version: string;
  /** What is dangerous about the server's settings, one sentence each. */
  readonly warnings: readonly string[];
  /** A new connection; `close` ends it. Commands wait while the server is away. */
  open(): Redis;
  /** Ends all connections. */
  close(): Promise<void>;
}

export interface ConnectOptions {
  /** How long the first look may take. Default 2000. */
  readonly timeoutMs?: number;
  /** Told when a connection breaks; the text holds no secret. The connection comes back by itself. */
  readonly onError?: (message: string) => void;
}

/** Throws TransientError REDIS_UNAVAILABLE, or InputError REDIS_UNSUITABLE for a version that is too old. */
export async function connectRedis(
  url: string,
  { timeoutMs = 2000, onError }: ConnectOptions = {},
): Promise<RedisLink> {
  const { options, shown, secrets } = parseRedisUrl(url);
  const facts = await readRedisFacts(url, timeoutMs);
  if (isOlder(facts.version, OLDEST_VERSION)) {
    throw new InputError(
      'REDIS_UNSUITABLE',
      `Redis at ${shown} has version ${facts.version}: ${OLDEST_VERSION} or newer is needed`,
      { details: { redis: shown, version: facts.version } },
    );
  }
  const opened = new Set<Redis>();
  return {
    shown,
    version: facts.version,
    warnings: warningsOf(facts),
    open: () => {
      const redis = new Redis({
        ...options,
        maxRetriesPerRequest: null,
        retryStrategy: (times) => Math.min(50 * 2 ** times, LONGEST_PAUSE_MS),
      });
      redis.on('error', (error) => onError?.(reasonOf(error, secrets)));
      redis.on('end', () => opened.delete(redis));
      opened.add(redis);
      return redis;
    },
    close: () => {
      for (const redis of opened) redis.disconnect();
      opened.clear();
      return Promise.resolve();
    },
  };
}

function warningsOf({ evictionPolicy, isPersistent }: RedisFacts): readonly string[] {
  const warnings: string[] = [];
  if (evictionPolicy !== null && evictionPolicy !== 'noeviction') {
    warnings.push(
      `Redis may throw jobs away when its memory is full (maxmemory-policy ${evictionPolicy}): set noeviction`,
    );
  }
  if (isPersistent === false) {
    warnings.push(
      'Redis keeps nothing on disk: when it restarts, shards are queued anew from the run folders, and detached hunts that waited must be resumed (set appendonly yes)',
    );
  }
  return warnings;
}

/** Compares dotted versions; one that is not understood counts as new enough. */
export function isOlder(version: string, oldest: string): boolean {
  if (!/^\d+(?:\.\d+)*/.test(version)) return false;
  const [ours, theirs] = [version, oldest].map((text) => text.split('.').map((part) => Number.parseInt(part, 10)));
  for (const [index, wanted] of (theirs ?? []).entries()) {
    const found = ours?.[index] ?? 0;
    if (found !== wanted) return found < wanted;
  }
  return false;
}
