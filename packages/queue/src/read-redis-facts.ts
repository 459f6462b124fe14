// One short look at a Redis server: its version, and whether it is set up so that jobs cannot be lost.

import { TransientError } from '@coldhunt/core';
import { Redis } from 'ioredis';
import { parseRedisUrl, type RedisAddress } from './redis-url.ts';
import { waitFor } from './wait-for.ts';

/** A server that does not close its side is not waited for. */
export const DISCONNECTS_WITHIN_MS = 500;

export interface RedisFacts {
  readonly version: string;
  /** null where the server does not tell. */
  readonly evictionPolicy: string | null;
  /** Whether anything is kept on disk; null where the server does not tell. */
  readonly isPersistent: boolean | null;
}

/**
 * Throws TransientError REDIS_UNAVAILABLE within `timeoutMs`, whose message names the server and never a password, or as soon as the
 * signal is aborted.
 */
export async function readRedisFacts(url: string, timeoutMs = 2000, signal?: AbortSignal): Promise<RedisFacts> {
  const address = parseRedisUrl(url);
  const redis = new Redis({
    ...address.options,
    lazyConnect: true,
    connectTimeout: timeoutMs,
    disconnectTimeout: DISCONNECTS_WITHIN_MS,
    commandTimeout: timeoutMs,
    maxRetriesPerRequest: 0,
    retryStrategy: () => null,
    enableReadyCheck: false,
  });
  let timer: NodeJS.Timeout | undefined;
  try {
    const looked = Promise.race([
      ask(redis),
      new Promise<never>((_resolve, reject) => {
        // A refused password arrives as an event alone.
        redis.on('error', reject);
        timer = setTimeout(() => reject(new Error(`no answer within ${timeoutMs} ms`)), timeoutMs);
      }),
    ]);
    return await waitFor(looked, signal);
  } catch (error) {
    throw unavailable(address, error);
  } finally {
    clearTimeout(timer);
    redis.disconnect();
  }
}

async function ask(redis: Redis): Promise<RedisFacts> {
  await redis.connect();
  const info = parseInfo(await redis.info());
  const save = await readSetting(redis, 'save');
  const isAppending = info.get('aof_enabled');
  return {
    version: info.get('redis_version') ?? 'unknown',
    evictionPolicy: info.get('maxmemory_policy') ?? null,
    isPersistent: isAppending === '1' ? true : isAppending === undefined || save === null ? null : save !== '',
  };
}

/** Hosted servers often forbid CONFIG: then it is unknown. */
async function readSetting(redis: Redis, name: string): Promise<string | null> {
  try {
    const answer = await redis.config('GET', name);
    return Array.isArray(answer) && typeof answer[1] === 'string' ? answer[1] : null;
  } catch {
    return null;
  }
}

function parseInfo(text: string): ReadonlyMap<string, string> {
  const lines = text.split(/\r?\n/).filter((line) => line.includes(':') && !line.startsWith('#'));
  return new Map(lines.map((line) => [line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 1)]));
}

/** What went wrong with a connection, without secrets. */
function unavailable({ shown, secrets }: RedisAddress, error: unknown): TransientError {
  return new TransientError('REDIS_UNAVAILABLE', `Redis at ${shown} cannot be reached: ${reasonOf(error, secrets)}`, {
    details: { redis: shown },
  });
}

export function reasonOf(error: unknown, secrets: readonly string[]): string {
  const { message, code } = error as { message?: string; code?: string };
  let text = message === undefined || message === '' ? (code ?? String(error)) : message;
  for (const secret of secrets) text = text.replaceAll(secret, '***');
  if (/WRONGPASS|invalid password|invalid username-password/i.test(text)) {
    return 'it refused the user name or password (COLDHUNT_REDIS_URL or redis.url in coldhunt.yaml)';
  }
  if (/NOAUTH/i.test(text)) return 'it asks for a password (COLDHUNT_REDIS_URL or redis.url in coldhunt.yaml)';
  return text;
}
