import { describe, expect, it } from 'vitest';
import { byteCount, decimalNumber, wholeNumber } from './flag-values.ts';

describe('option values', () => {
  it.each([
    ['1000', 1000],
    ['500MB', 500_000_000],
    ['16MiB', 16_777_216],
    ['1.5gb', 1_500_000_000],
    ['0', 0],
  ])('reads %s as bytes', (text, expected) => {
    expect(byteCount(text)).toBe(expected);
  });

  it.each(['', '-1', '5 apples', 'MB', '1e9', '0x10'])('refuses %j as bytes', (text) => {
    expect(() => byteCount(text)).toThrow(/Expected bytes/);
  });

  it.each(['', '-1', '1.5', 'ten', '1e3'])('refuses %j as a whole number', (text) => {
    expect(() => wholeNumber(text)).toThrow(/Expected a whole number/);
  });

  it('reads numbers with a fraction', () => {
    expect(decimalNumber('12.50')).toBe(12.5);
    expect(() => decimalNumber('$5')).toThrow(/Expected a number/);
  });
});
