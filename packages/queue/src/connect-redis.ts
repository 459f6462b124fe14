// A Redis URL -> a server that was looked at, and connections to it. The first look fails fast; connections opened later wait for the
// server when it is away and go on.

import { InputError } from '@coldhunt/core';
import { Redis, type RedisOptions } from 'ioredis';
import { endConnection } from './end-connection.ts';
import { DISCONNECTS_WITHIN_MS, readRedisFacts, reasonOf, type RedisFacts } from './read-redis-facts.ts';
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
  /** Ends a connection, and those that BullMQ duplicated from it: commands that wait fail. */
  end(redis: Redis): void;
  /** Ends all connections. */
  close(): Promise<void>;
}

export interface ConnectOptions {
  /** How long the first look may take. Default 2000. */
  readonly timeoutMs?: number;
  /** Told when a connection breaks; the text holds no secret. The connection comes back by itself. */
  readonly onError?: (message: string) => void;
  /** Ends the first look. */
  readonly signal?: AbortSignal | undefined;
}

/** Throws TransientError REDIS_UNAVAILABLE, or InputError REDIS_UNSUITABLE for a version that is too old. */
export async function connectRedis(
  url: string,
  { timeoutMs = 2000, onError, signal }: ConnectOptions = {},
): Promise<RedisLink> {
  const { options, shown, secrets } = parseRedisUrl(url);
  const facts = await readRedisFacts(url, timeoutMs, signal);
  if (isOlder(facts.version, OLDEST_VERSION)) {
    throw new InputError(
      'REDIS_UNSUITABLE',
      `Redis at ${shown} has version ${facts.version}: ${OLDEST_VERSION} or newer is needed`,
      { details: { redis: shown, version: facts.version } },
    );
  }
  // A connection -> the one from which it was duplicated, or itself.
  const opened = new Map<Redis, Redis>();
  let isClosed = false;
  /** Connections that BullMQ makes for itself would outlive `close`: each is known from its making on. */
  const open = (settings: RedisOptions, origin?: Redis): Redis => {
    const connection = new Redis(settings);
    connection.duplicate = (more) => {
      const copy = open({ ...connection.options, ...more }, origin ?? connection);
      // Its user hears of the faults that matter, and the connection that was opened tells of the server's.
      copy.on('error', () => undefined);
      return copy;
    };
    connection.on('end', () => opened.delete(connection));
    connection.on('connecting', () => {
      opened.set(connection, origin ?? connection);
      if (isClosed) endConnection(connection);
    });
    opened.set(connection, origin ?? connection);
    return connection;
  };
  return {
    shown,
    version: facts.version,
    warnings: warningsOf(facts),
    open: () => {
      const redis = open({
        ...options,
        maxRetriesPerRequest: null,
        disconnectTimeout: DISCONNECTS_WITHIN_MS,
        retryStrategy: (times) => Math.min(50 * 2 ** times, LONGEST_PAUSE_MS),
      });
      redis.on('error', (error) => onError?.(reasonOf(error, secrets)));
      return redis;
    },
    end: (redis) => {
      for (const [connection, origin] of opened) if (origin === redis) endConnection(connection);
    },
    close: () => {
      isClosed = true;
      for (const connection of opened.keys()) endConnection(connection);
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
