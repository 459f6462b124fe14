// Why a job failed, as it stands in BullMQ <-> code and words: those of a shard's record, and those of a hunt's failure.

import { ERROR_CODES, type AppError, type ErrorCode } from '@coldhunt/core';
import { z } from 'zod';

/** BullMQ's words of a job whose processes ended, each before it did. */
export const STALLED = 'job stalled more than allowable limit';

/** What a process that left a job to another version tells as the job's progress. */
const leftSchema = z.object({ left: z.string() });

export function toReason({ code, message }: AppError): string {
  return `${code}: ${message}`;
}

/** Why a job was left to another version; null when its progress tells nothing of it. */
export function leftReason(progress: unknown): string | null {
  return leftSchema.safeParse(progress).data?.left ?? null;
}

/** Of any job. Processes put their error's code before its message; null: what came before it is no code. */
export function parseFailedReason(reason: string): { readonly code: ErrorCode | null; readonly message: string } {
  if (reason === STALLED) return { code: 'INTERRUPTED', message: 'each process that had it ended before it did' };
  const named = /^([A-Z_]+): /.exec(reason)?.[1];
  if (named === undefined || !isCode(named)) return { code: null, message: reason };
  return { code: named, message: reason.slice(named.length + 2) };
}

/** Of a shard. `maxStarts`: how often its process may end. */
export function toCode(reason: string, maxStarts: number): { readonly code: ErrorCode; readonly message: string } {
  if (reason === STALLED) {
    return {
      code: 'SHARD_GAVE_UP',
      message: `started ${maxStarts} times, and each time its process ended before it did`,
    };
  }
  const { code, message } = parseFailedReason(reason);
  if (code === 'SHARD_GAVE_UP' || code === 'SHARD_FAILED') return { code, message };
  return { code: 'SHARD_FAILED', message: code === null ? `the worker failed: ${reason}` : reason };
}

function isCode(text: string): text is ErrorCode {
  return Object.hasOwn(ERROR_CODES, text);
}
