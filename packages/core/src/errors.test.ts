import { describe, expect, it } from 'vitest';
import { ERROR_CODES } from './error-codes.ts';
import { AppError, InputError, InvariantError, TransientError, assertInvariant, toAppError } from './errors.ts';

describe('errors', () => {
  it.each(Object.entries(ERROR_CODES))('%s says what it means', (code, meaning) => {
    expect(code).toMatch(/^[A-Z][A-Z0-9_]+$/);
    expect(meaning.length).toBeGreaterThan(15);
    expect(meaning).not.toMatch(/\.$/);
  });

  it('keeps code, cause and details', () => {
    const cause = new Error('why');
    const error = new InputError('RULE_INVALID', 'no', { cause, details: { line: 3 } });
    expect(error).toMatchObject({
      code: 'RULE_INVALID',
      message: 'no',
      cause,
      details: { line: 3 },
      name: 'InputError',
    });
  });

  it('passes our own errors through, and calls the rest a bug', () => {
    const ours = new TransientError('REDIS_UNAVAILABLE', 'gone');
    expect(toAppError(ours)).toBe(ours);
    expect(toAppError(new TypeError('x'))).toBeInstanceOf(InvariantError);
    expect(toAppError('text')).toBeInstanceOf(AppError);
  });

  it('throws when an invariant does not hold', () => {
    expect(() => assertInvariant(false, 'sums differ', { uri: 's3://b/k' })).toThrow(InvariantError);
    expect(() => assertInvariant(true, 'fine')).not.toThrow();
  });
});
