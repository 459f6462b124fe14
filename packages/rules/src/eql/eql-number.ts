// Numbers as EQL computes with them: Java's int, long and double, and Elasticsearch's unsigned_long (semantics-eql.md 2.2, 6.5).

import { JsonNumber, type Scalar } from '@coldhunt/core';
import { exactNumberOf, truncateExact } from '../fields/exact-number.ts';

/** The type decides how a number computes and where it overflows. */
export type EqlNumber =
  | { readonly type: 'int' | 'long' | 'unsigned_long'; readonly value: bigint }
  | { readonly type: 'double'; readonly value: number };

const INT_MAX = 2n ** 31n - 1n;
const LONG_MAX = 2n ** 63n - 1n;
const UNSIGNED_LONG_MAX = 2n ** 64n - 1n;

/** A whole number in the smallest type that holds it, double beyond unsigned_long and below long. */
export function wholeNumber(value: bigint): EqlNumber {
  if (value >= -INT_MAX - 1n && value <= INT_MAX) return { type: 'int', value };
  if (value >= -LONG_MAX - 1n && value <= LONG_MAX) return { type: 'long', value };
  if (value > 0n && value <= UNSIGNED_LONG_MAX) return { type: 'unsigned_long', value };
  return { type: 'double', value: Number(value) };
}

export function int(value: number): EqlNumber {
  return { type: 'int', value: BigInt(value) };
}

export function long(value: bigint): EqlNumber {
  return { type: 'long', value };
}

export function double(value: number): EqlNumber {
  return { type: 'double', value };
}

/** The number that a minus before a literal makes. */
export function negateLiteral(number: EqlNumber): EqlNumber {
  if (number.type === 'double') return double(-number.value);
  return number.type === 'unsigned_long' ? wholeNumber(-number.value) : { type: number.type, value: -number.value };
}

export function isEqlNumber(value: unknown): value is EqlNumber {
  return typeof value === 'object' && value !== null && 'type' in value;
}

/** Whether a number fits into a long; the bounds of section 6.5. */
export function isLong(value: bigint): boolean {
  return value >= -LONG_MAX - 1n && value <= LONG_MAX;
}

export function isInt(value: bigint): boolean {
  return value >= -INT_MAX - 1n && value <= INT_MAX;
}

export function isUnsignedLong(value: bigint): boolean {
  return value >= 0n && value <= UNSIGNED_LONG_MAX;
}

/**
 * The number that a script sees for a value of a field: `long` for the integer types (a fraction is cut off, a value that no long
 * holds gives null), `double` for the others. A number in a string counts; null for everything that is no number.
 */
export function scalarNumber(value: Scalar, type: 'long' | 'unsigned_long' | 'double'): EqlNumber | null {
  const exact = exactNumberOf(typeof value === 'string' ? new JsonNumber(value) : value);
  if (exact === null) return null;
  if (type === 'double') {
    const number = Number(value instanceof JsonNumber ? value.text : value);
    return Number.isFinite(number) ? double(number) : null;
  }
  const whole = truncateExact(exact);
  if (whole === null || !(type === 'long' ? isLong(whole) : isUnsignedLong(whole))) return null;
  return { type, value: whole };
}

/** Negative when a < b, positive when a > b, exact across types; NaN when one of them is no number. */
export function compareNumbers(a: EqlNumber, b: EqlNumber): number {
  if (a.type === 'double' && b.type === 'double') {
    return a.value < b.value ? -1 : a.value > b.value ? 1 : a.value === b.value ? 0 : Number.NaN;
  }
  // JavaScript compares a bigint with a number by their mathematical values.
  if (a.value < b.value) return -1;
  // oxlint-disable-next-line eqeqeq -- a bigint and a number are never strictly equal
  return a.value > b.value ? 1 : a.value == b.value ? 0 : Number.NaN;
}

/** A number as `string()` and `concat()` write it: Java's `toString`. */
export function numberText(number: EqlNumber): string {
  return number.type === 'double' ? doubleText(number.value) : number.value.toString();
}

/** Java's `Double.toString`: `1.0`, `42.5`, `1.0E7`, `1.0E-4`. */
function doubleText(value: number): string {
  if (!Number.isFinite(value)) return String(value);
  if (Object.is(value, -0)) return '-0.0';
  if (value === 0) return '0.0';
  const [mantissa = '', exponent = '0'] = value.toExponential().split('e');
  const size = Math.abs(value);
  if (size >= 1e-3 && size < 1e7) return Number.isInteger(value) ? `${value}.0` : String(value);
  return `${mantissa.includes('.') ? mantissa : `${mantissa}.0`}E${Number(exponent)}`;
}
