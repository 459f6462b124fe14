import { expect, it } from 'vitest';
import { InputError } from '@coldhunt/core';
import { parseInterval } from './parse-interval.ts';

it.each([
  ['5m', 300_000],
  ['30s', 30_000],
  ['2h', 7_200_000],
  ['1d', 86_400_000],
])('reads %s as %i ms', (text, ms) => {
  expect(parseInterval(text)).toBe(ms);
});

it.each(['', '5', 'm', '0m', '-5m', '1.5h', '5 m', '1w', '5M', '99999999999m'])('refuses %j', (text) => {
  expect(() => parseInterval(text)).toThrow(InputError);
  expect(() => parseInterval(text)).toThrow('a whole number above zero and one of s, m, h, d');
});
