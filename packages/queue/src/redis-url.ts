// A Redis URL -> connection options, and the same URL as it may be shown: never with user name or password.

import { InputError } from '@coldhunt/core';
import type { RedisOptions } from 'ioredis';

export interface RedisAddress {
  readonly options: RedisOptions;
  /** `redis://host:port/db` without user name and password. */
  readonly shown: string;
  /** What must not stand in any message. */
  readonly secrets: readonly string[];
}

/** `redis://`, `rediss://` (TLS) or `unix:///path/to.sock`. Throws InputError OPTION_INVALID, which does not repeat the URL. */
export function parseRedisUrl(text: string): RedisAddress {
  let url: URL;
  try {
    url = new URL(text);
  } catch (error) {
    throw invalid('it is not a URL', error);
  }
  if (!['redis:', 'rediss:', 'unix:'].includes(url.protocol)) throw invalid(`it begins with ${url.protocol}//`);
  const username = decode(url.username);
  const password = decode(url.password);
  const secrets = [password, url.password, username, url.username].filter((secret) => secret !== '');
  const credentials = {
    ...(username === '' ? {} : { username }),
    ...(password === '' ? {} : { password }),
  };
  if (url.protocol === 'unix:') {
    if (url.pathname === '') throw invalid('the path of the socket is missing');
    const db = databaseOf(url.searchParams.get('db') ?? '');
    return { options: { path: decode(url.pathname), db, ...credentials }, shown: `unix://${url.pathname}`, secrets };
  }
  if (url.hostname === '') throw invalid('the host is missing');
  const port = url.port === '' ? 6379 : Number(url.port);
  const db = databaseOf(url.pathname.replace(/^\//, ''));
  const host = url.hostname.replace(/^\[(.*)\]$/, '$1');
  return {
    options: { host, port, db, ...credentials, ...(url.protocol === 'rediss:' ? { tls: { servername: host } } : {}) },
    shown: `${url.protocol}//${url.hostname}:${port}${db === 0 ? '' : `/${db}`}`,
    secrets,
  };
}

function databaseOf(text: string): number {
  if (text === '') return 0;
  if (!/^\d{1,5}$/.test(text)) throw invalid('the database is not a number');
  return Number(text);
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch (error) {
    throw invalid('a % in it is not followed by two hexadecimal digits', error);
  }
}

function invalid(reason: string, cause?: unknown): InputError {
  return new InputError(
    'OPTION_INVALID',
    `the Redis URL cannot be used: ${reason}; expected redis://host:port, rediss://host:port or unix:///path`,
    // The parser's own error repeats the URL with its password.
    cause instanceof InputError ? { cause } : {},
  );
}
