// How long a job waits before it is tried again.

import { AppError, InputError, InvariantError } from '@coldhunt/core';

/** What jobs name as their backoff: the worker then asks `pauseBeforeRetry`. */
export const BACKOFF = 'coldhunt';
const DEFAULT_FIRST_MS = 2000;
/** Another worker with other rights or another configuration may do it, and at once. */
const FIRST_ELSEWHERE_MS = 250;
const LONGEST_MS = 60_000;

/** So often a job meets a process that cannot do it, however often a passing fault would be tried. */
const TRIES_ELSEWHERE = 5;

/** Faults of the process at hand rather than of the job. */
const ELSEWHERE: ReadonlySet<string> = new Set([
  'RUN_FORBIDDEN',
  'CONFIG_INVALID',
  'STORAGE_DENIED',
  'STORAGE_NOT_FOUND',
]);
/** Until somebody makes room every try ends so: whoever waits is told at once, and goes on later. */
const FULL = 'STORAGE_FULL';
/** What only another version of coldhunt understands. */
const OTHER_VERSION: ReadonlySet<string> = new Set(['JOB_FORMAT_NEWER', 'RUN_FORMAT_NEWER', 'RUN_REVISION']);

/** Whether to leave the job to processes of another version, which costs no try. */
export function isForOtherVersion(error: unknown): boolean {
  return error instanceof AppError && OTHER_VERSION.has(error.code);
}

/** Whether no further try can help. `failures`: how many tries failed, this one included. */
export function isHopeless(error: unknown, failures: number): boolean {
  if (isWorthAnotherWorker(error)) return failures >= TRIES_ELSEWHERE;
  return error instanceof InputError || error instanceof InvariantError || isFull(error);
}

function isFull(error: unknown): boolean {
  return error instanceof AppError && error.code === FULL;
}

function isWorthAnotherWorker(error: unknown): boolean {
  return error instanceof AppError && ELSEWHERE.has(error.code);
}

/** Milliseconds; doubled with every attempt. `attempts`: how many failed, this one included. */
export function pauseBeforeRetry(attempts: number, error: unknown, firstMs = DEFAULT_FIRST_MS): number {
  const first = isWorthAnotherWorker(error) ? Math.min(FIRST_ELSEWHERE_MS, firstMs) : firstMs;
  return Math.min(first * 2 ** (attempts - 1), LONGEST_MS);
}
