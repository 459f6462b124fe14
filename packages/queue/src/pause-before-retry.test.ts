import { AppError, InputError, InvariantError, TransientError } from '@coldhunt/core';
import { describe, expect, it } from 'vitest';
import { isHopeless, pauseBeforeRetry } from './pause-before-retry.ts';

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

describe('isHopeless', () => {
  it.each([
    ['a passing fault', new TransientError('STORAGE_UNAVAILABLE', 'no answer'), false],
    ['a fault of this machine', new AppError('STORAGE_FAILED', 'no answer'), false],
    ['a full disk', new AppError('STORAGE_FULL', 'no space left'), true],
    ['what was asked wrongly', new InputError('RULE_INVALID', 'no rule'), true],
    ['a bug', new InvariantError('INVARIANT', 'odd'), true],
  ])('is of the first try: %s', (_name, error, isSo) => {
    expect(isHopeless(error, 1)).toBe(isSo);
  });

  it('is of the fifth process that may not do it', () => {
    const refused = new InputError('RUN_FORBIDDEN', 'not ours');
    expect([4, 5].map((failures) => isHopeless(refused, failures))).toEqual([false, true]);
  });
});
