// The bytes of a range, whatever happens on the way: a body that breaks midway goes on from its last byte with Range and If-Match.
// The budget of retries is for requests that bring nothing: each byte that arrives renews it.

import { AppError, InputError, TransientError, toAppError, type ByteRange } from '@coldhunt/core';
import { backOff, type RetryBudget } from './back-off.ts';
import { createBodyChecksum, type BodyChecksum } from './body-checksum.ts';
import type { GetAnswer, GetObject, S3Failure } from './get-object.ts';
import { toS3Failure, toStorageFailure, type FailedAt } from './s3-errors.ts';
import { objectChanged } from '../object-errors.ts';

export interface RangeRead {
  readonly getObject: GetObject;
  readonly key: string;
  readonly etag: string;
  readonly size: number;
  readonly at: FailedAt;
  readonly budget: RetryBudget;
  readonly signal?: AbortSignal | undefined;
  readonly toError: (failure: S3Failure) => AppError;
  readonly onAnswer?: ((answer: GetAnswer) => void) | undefined;
}

/** Yields the bytes of a range as they arrive, in pieces of any size. */
export async function* readRange(read: RangeRead, range: ByteRange): AsyncGenerator<Uint8Array> {
  let position = range.from;
  let attempt = 0;
  let checksum: BodyChecksum | null = null;
  while (position < range.to) {
    const begun = position;
    try {
      const answer = await ask(read, { from: position, to: range.to }, attempt >= read.budget.retries);
      if (position === 0) checksum = answer.checksum === null ? null : await createBodyChecksum(answer.checksum);
      for await (const piece of answer.body) {
        if (position + piece.length > range.to) throw tooLong(read);
        position += piece.length;
        checksum?.update(piece);
        yield piece;
      }
      if (position === range.to) break;
      throw new TransientError('STORAGE_UNAVAILABLE', `cannot ${read.at.action} ${read.at.uri}: the body ended early`, {
        details: { uri: read.at.uri, at: position, expected: range.to },
      });
    } catch (error) {
      const failed = toReadError(error, read);
      // All bytes came, and only then something was wrong: no further request can tell more.
      if (!(failed instanceof TransientError) || position === range.to) throw failed;
      attempt = position > begun ? 1 : attempt + 1;
      if (failed.code === 'STORAGE_THROTTLED') read.budget.onThrottled?.();
      if (attempt > read.budget.retries) throw failed;
      await backOff(read.budget, attempt, read.signal);
    }
  }
  // What came is with the reader already: whoever reads begins anew, or counts the object as failed.
  await checksum?.check(read.at.uri);
}

/** Pieces of any size -> pieces of `chunkBytes` (the last one shorter), each memory of its own. */
export async function* inChunks(
  pieces: AsyncIterable<Uint8Array>,
  totalBytes: number,
  chunkBytes: number,
): AsyncGenerator<Uint8Array> {
  let left = totalBytes;
  let chunk = Buffer.allocUnsafeSlow(Math.min(left, chunkBytes));
  let filled = 0;
  for await (const piece of pieces) {
    for (let at = 0; at < piece.length;) {
      const part = piece.subarray(at, at + chunk.length - filled);
      chunk.set(part, filled);
      filled += part.length;
      at += part.length;
      if (filled < chunk.length) continue;
      left -= filled;
      const full = chunk;
      chunk = Buffer.allocUnsafeSlow(Math.min(left, chunkBytes));
      filled = 0;
      yield full;
    }
  }
  if (filled > 0) yield chunk.subarray(0, filled);
}

/** What was thrown while an answer was awaited or read, as one of our errors; an abort stays what it is. */
export function toReadError(error: unknown, read: Pick<RangeRead, 'at' | 'signal'>): unknown {
  if (error instanceof AppError) return error;
  read.signal?.throwIfAborted();
  // No server and no network throws these.
  if (error instanceof TypeError || error instanceof RangeError || error instanceof ReferenceError)
    return toAppError(error);
  return toStorageFailure(toS3Failure(error), read.at);
}

async function ask(read: RangeRead, range: ByteRange, isLast: boolean): Promise<GetAnswer> {
  read.signal?.throwIfAborted();
  const answer = await read.getObject({
    key: read.key,
    range: isWhole(read, range) ? null : range,
    etag: read.etag === '' ? null : read.etag,
    signal: read.signal,
  });
  if (answer.failure !== null) throw read.toError(answer.failure);
  const problem = checkAnswer(answer, read, range) ?? checkLength(answer, read, range, isLast);
  if (problem !== null) {
    await drop(answer);
    throw problem;
  }
  read.onAnswer?.(answer);
  return answer;
}

function isWhole({ size }: RangeRead, { from, to }: ByteRange): boolean {
  return from === 0 && to === size;
}

function checkAnswer(answer: GetAnswer, read: RangeRead, range: ByteRange): AppError | null {
  // Some servers ignore If-Match.
  if (answer.etag !== null && read.etag !== '' && answer.etag !== read.etag)
    return objectChanged(read.at.uri, answer.etag, read.etag);
  if (answer.status === 200 && !isWhole(read, range)) {
    return new InputError('OBJECT_UNREADABLE', 'the server ignores Range, and sends the whole object', {
      details: { uri: read.at.uri },
    });
  }
  return null;
}

// A wrong length can be a slip of the server or of a proxy on the way; one that stays is told as what it is.
function checkLength(answer: GetAnswer, read: RangeRead, range: ByteRange, isLast: boolean): AppError | null {
  const expected = range.to - range.from;
  if (answer.contentLength === null || answer.contentLength === expected) return null;
  const message = `the server sends ${answer.contentLength} bytes where ${expected} were asked`;
  const details = { uri: read.at.uri, found: answer.contentLength, expected };
  if (isLast) return new InputError('OBJECT_UNREADABLE', message, { details });
  return new TransientError('STORAGE_UNAVAILABLE', message, { details });
}

function tooLong(read: RangeRead): InputError {
  return new InputError(
    'OBJECT_UNREADABLE',
    'the server sends more bytes than were asked: it may decode what is stored',
    {
      details: { uri: read.at.uri },
    },
  );
}

// Ends the transfer of a body that nobody will read.
async function drop(answer: GetAnswer): Promise<void> {
  for await (const _ of answer.body) break;
}
