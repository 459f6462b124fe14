// Decimal numbers of any size, compared exactly and in linear time: `9007199254740993`, `1.0`, `1e3`. Arithmetic is not needed.

import { JsonNumber, type Scalar } from '@coldhunt/core';

/** The number 0.d1d2d3… * 10^magnitude. Zero has no digits. No leading or trailing zero digits. */
export interface ExactNumber {
  readonly isNegative: boolean;
  readonly magnitude: number;
  readonly digits: string;
}

const ZERO: ExactNumber = { isNegative: false, magnitude: 0, digits: '' };
// Longer exponents differ by nothing that a value of an event could reach.
const MAX_EXPONENT = 1e15;

/** Parses a decimal number with optional sign, fraction and exponent; null when the text is none. */
export function parseExactNumber(text: string): ExactNumber | null {
  let at = 0;
  const isNegative = text[0] === '-';
  if (isNegative || text[0] === '+') at += 1;
  const wholeEnd = skipDigits(text, at);
  const whole = text.slice(at, wholeEnd);
  at = wholeEnd;
  let fraction = '';
  if (text[at] === '.') {
    const fractionEnd = skipDigits(text, at + 1);
    fraction = text.slice(at + 1, fractionEnd);
    at = fractionEnd;
  }
  if (whole === '' && fraction === '') return null;
  let exponent = 0;
  if (text[at] === 'e' || text[at] === 'E') {
    const signed = text[at + 1] === '-' || text[at + 1] === '+' ? at + 2 : at + 1;
    const exponentEnd = skipDigits(text, signed);
    if (exponentEnd === signed) return null;
    exponent = Math.min(Number(text.slice(signed, exponentEnd)), MAX_EXPONENT);
    if (text[at + 1] === '-') exponent = -exponent;
    at = exponentEnd;
  }
  if (at !== text.length) return null;
  return normalise(isNegative, whole + fraction, whole.length + exponent);
}

/** The exact number of a scalar that is a number; null for NaN, infinities and everything else. */
export function exactNumberOf(value: Scalar): ExactNumber | null {
  if (typeof value === 'number' || typeof value === 'bigint') return parseExactNumber(String(value));
  if (value instanceof JsonNumber) return parseExactNumber(value.text);
  return null;
}

/** Negative when a < b, positive when a > b. */
export function compareExact(a: ExactNumber, b: ExactNumber): number {
  const signA = a.digits === '' ? 0 : a.isNegative ? -1 : 1;
  const signB = b.digits === '' ? 0 : b.isNegative ? -1 : 1;
  if (signA !== signB) return signA - signB;
  if (signA === 0) return 0;
  const bySize = a.magnitude - b.magnitude || (a.digits < b.digits ? -1 : a.digits > b.digits ? 1 : 0);
  return bySize === 0 ? 0 : signA * bySize;
}

/** The number without its fraction, as a bigint; null beyond 64 bits (no long can hold it). */
export function truncateExact(value: ExactNumber): bigint | null {
  if (value.magnitude <= 0 || value.digits === '') return 0n;
  if (value.magnitude > 20) return null;
  const whole = BigInt(value.digits.slice(0, value.magnitude).padEnd(value.magnitude, '0'));
  return value.isNegative ? -whole : whole;
}

export function isWhole(value: ExactNumber): boolean {
  return value.digits.length <= Math.max(value.magnitude, 0);
}

function normalise(isNegative: boolean, digits: string, magnitude: number): ExactNumber {
  let from = 0;
  while (digits.charCodeAt(from) === 48) from += 1;
  let to = digits.length;
  while (to > from && digits.charCodeAt(to - 1) === 48) to -= 1;
  if (from === to) return ZERO;
  return { isNegative, magnitude: magnitude - from, digits: digits.slice(from, to) };
}

function skipDigits(text: string, from: number): number {
  let at = from;
  for (; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code < 48 || code > 57) break;
  }
  return at;
}
