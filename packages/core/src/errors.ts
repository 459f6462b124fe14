// The errors that are thrown on purpose. The class tells what to do about it, the code tells what happened.

import type { ErrorCode } from './error-codes.ts';

export type Details = Readonly<Record<string, unknown>>;

export interface AppErrorOptions {
  readonly cause?: unknown;
  readonly details?: Details;
}

/** Base of everything we throw on purpose. `code` is stable; docs/errors.md lists all. */
export class AppError extends Error {
  readonly code: ErrorCode;
  readonly details: Details;

  constructor(code: ErrorCode, message: string, options: AppErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = new.target.name;
    this.code = code;
    this.details = options.details ?? {};
  }
}

/** The user's rule, option, configuration or archive object: exit 2 or counted in coverage, never retried. */
export class InputError extends AppError {}

/** A hiccup of storage or Redis: worth another try. */
export class TransientError extends AppError {}

/** A bug of ours: stops the task, never retried. */
export class InvariantError extends AppError {}

/** Throws an InvariantError unless `condition` holds. */
export function assertInvariant(condition: unknown, message: string, details: Details = {}): asserts condition {
  if (!condition) throw new InvariantError('INVARIANT', message, { details });
}

/** Turns anything caught into an AppError: ours pass through, the rest is a bug (INVARIANT) with its cause kept. */
export function toAppError(error: unknown): AppError {
  if (error instanceof AppError) return error;
  const message = error instanceof Error ? error.message : String(error);
  return new InvariantError('INVARIANT', message, { cause: error });
}
