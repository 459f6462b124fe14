// The one logger: JSON lines on stderr, constant messages with fields, no event content and no secret.

import { createRequire } from 'node:module';
import type * as Pino from 'pino';
import type { Logger } from 'pino';
import { redactUrls } from './redact-urls.ts';

export const LOG_LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'silent'] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];
export type { Logger } from 'pino';

/** Loaded by the first logger: commands that only share this module's levels do not pay for it. */
const load = createRequire(import.meta.url) as (name: 'pino') => typeof Pino;
const SECRET_FIELDS = /^(?:.*pass(?:word|wd)?|.*secret.*|.*token|authorization|credentials?|x-amz-.*)$/i;
/** Deeper than this nothing is logged: fields are small. */
const DEEPEST = 4;

/** `name` is the role of the process. Written synchronously, so that the last line before an end is not lost. */
export function createLogger(name: string, level: LogLevel, fileDescriptor = 2): Logger {
  const { pino, destination } = load('pino');
  return pino(
    {
      name,
      level,
      base: { name, pid: process.pid },
      timestamp: () => `,"time":"${new Date().toISOString()}"`,
      formatters: {
        level: (label) => ({ level: label }),
        log: (fields) => redact(fields, 0) as Record<string, unknown>,
      },
      serializers: { err: (error: unknown) => error },
      hooks: {
        logMethod(args, method) {
          method.apply(this, args.map((arg) => (typeof arg === 'string' ? redactUrls(arg) : arg)) as typeof args);
        },
      },
    },
    destination({ fd: fileDescriptor, sync: true }),
  ) as Logger;
}

function redact(value: unknown, depth: number): unknown {
  if (typeof value === 'string') return redactUrls(value);
  if (typeof value === 'bigint') return String(value);
  if (value === null || typeof value !== 'object') return value;
  if (depth >= DEEPEST) return '…';
  if (value instanceof Error) return redact({ ...load('pino').stdSerializers.err(value) }, depth);
  if (Array.isArray(value)) return value.map((entry) => redact(entry, depth + 1));
  return Object.fromEntries(
    Object.entries(value).map(([key, entry]) => [key, SECRET_FIELDS.test(key) ? '***' : redact(entry, depth + 1)]),
  );
}
