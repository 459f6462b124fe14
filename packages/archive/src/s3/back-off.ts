// The pause before a request is tried again: doubled each time, with jitter, so that workers do not knock together.

import { setTimeout as sleep } from 'node:timers/promises';
import type { S3Options } from '../archive-options.ts';

const LONGEST_MS = 5_000;

export interface RetryBudget {
  /** How often a request without any progress is tried again. */
  readonly retries: number;
  readonly delayMs: number;
  readonly onThrottled?: (() => void) | undefined;
}

export function toRetryBudget({ retries, retryDelayMs, onThrottled }: S3Options): RetryBudget {
  return { retries: retries ?? 4, delayMs: retryDelayMs ?? 100, onThrottled };
}

/** Waits before attempt `attempt` (1: the first retry). Rejects with the signal's reason when it is aborted. */
export async function backOff(budget: RetryBudget, attempt: number, signal?: AbortSignal): Promise<void> {
  const full = Math.min(LONGEST_MS, budget.delayMs * 2 ** (attempt - 1));
  try {
    await sleep(full / 2 + (full / 2) * Math.random(), undefined, { signal });
  } catch (error) {
    signal?.throwIfAborted();
    throw error;
  }
}
