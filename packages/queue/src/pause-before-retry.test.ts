import { InputError, TransientError } from '@coldhunt/core';
import { describe, expect, it } from 'vitest';
import { pauseBeforeRetry } from './pause-before-retry.ts';

describe('pauseBeforeRetry', () => {
  it('doubles with every attempt, up to a minute', () => {
    const fault = new TransientError('STORAGE_UNAVAILABLE', 'no answer');
    expect([1, 2, 3, 4, 20].map((attempts) => pauseBeforeRetry(attempts, fault))).toEqual([
      2000, 4000, 8000, 16_000, 60_000,
    ]);
  });

  it('is short where another worker may do it', () => {
    const refused = new InputError('RUN_FORBIDDEN', 'not ours');
    expect([1, 2, 3, 4].map((attempts) => pauseBeforeRetry(attempts, refused))).toEqual([250, 500, 1000, 2000]);
  });
});
