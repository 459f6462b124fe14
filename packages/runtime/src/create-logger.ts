// The one logger: JSON lines on stderr, constant messages with fields, no event content and no secret.

import { pino, destination, stdSerializers, type Logger } from 'pino';

export const LOG_LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'silent'] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

const SECRET_FIELDS = ['password', 'secretAccessKey', 'sessionToken', 'token', 'authorization'];

/** `name` is the role of the process. Written synchronously, so that the last line before an end is not lost. */
export function createLogger(name: string, level: LogLevel, fileDescriptor = 2): Logger {
  return pino(
    {
      name,
      level,
      base: { name, pid: process.pid },
      timestamp: () => `,"time":"${new Date().toISOString()}"`,
      formatters: { level: (label) => ({ level: label }) },
      redact: { paths: SECRET_FIELDS.flatMap((field) => [field, `*.${field}`]), censor: '***' },
      serializers: { err: (error: Error) => redactError(stdSerializers.err(error)) },
    },
    destination({ fd: fileDescriptor, sync: true }),
  );
}

export type { Logger } from 'pino';

/** Takes user names and passwords out of every URL in a text. */
export function redactUrls(text: string): string {
  return text.replaceAll(/([a-z][a-z0-9+.-]*:\/\/)[^\s/@]*@/gi, '$1***@');
}

function redactError(error: { message: string; stack: string }): { message: string; stack: string } {
  return { ...error, message: redactUrls(error.message), stack: redactUrls(error.stack) };
}
