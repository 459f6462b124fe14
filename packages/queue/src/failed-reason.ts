// Why BullMQ says a job failed -> the code and the words of a shard's record.

import { ERROR_CODES, type ErrorCode } from '@coldhunt/core';

const STALLED = 'job stalled more than allowable limit';

/** Workers put their error's code before its message. */
export function toCode(reason: string, maxStarts: number): { readonly code: ErrorCode; readonly message: string } {
  if (reason === STALLED) {
    return {
      code: 'SHARD_GAVE_UP',
      message: `started ${maxStarts} times, and each time its process ended before it did`,
    };
  }
  const named = /^([A-Z_]+): /.exec(reason)?.[1];
  if (named === 'SHARD_GAVE_UP') return { code: 'SHARD_GAVE_UP', message: reason.slice(named.length + 2) };
  if (named === 'SHARD_FAILED') return { code: 'SHARD_FAILED', message: reason.slice(named.length + 2) };
  const isKnown = named !== undefined && Object.hasOwn(ERROR_CODES, named);
  return { code: 'SHARD_FAILED', message: isKnown ? reason : `the worker failed: ${reason}` };
}
