// The number that a numeric field indexes for a value: whole numbers exactly (number, or bigint beyond 2^53), the others as doubles.

import { JsonNumber, type Scalar } from '@coldhunt/core';
import { exactNumberOf, parseExactNumber, truncateExact } from './exact-number.ts';
import type { FieldType } from './field-type.ts';

const LONG_MIN = -(2n ** 63n);
const LONG_MAX = 2n ** 63n - 1n;
const INTEGER_MAX = 2_147_483_647;

/** What a long or integer field indexes: text is coerced, a fraction is cut off; null when it is no such number. */
export function integerValue(type: FieldType, value: Scalar): number | bigint | null {
  if (typeof value === 'number' && Number.isSafeInteger(value)) {
    return type.kind === 'integer' && (value > INTEGER_MAX || value < -INTEGER_MAX - 1) ? null : value;
  }
  const exact = typeof value === 'string' ? parseExactNumber(value) : exactNumberOf(value);
  if (exact === null) return null;
  const whole = truncateExact(exact);
  if (whole === null || whole > LONG_MAX || whole < LONG_MIN) return null;
  const small = Number(whole);
  if (!Number.isSafeInteger(small)) return type.kind === 'integer' ? null : whole;
  return type.kind === 'integer' && (small > INTEGER_MAX || small < -INTEGER_MAX - 1) ? null : small;
}

/** What a double, float or scaled_float field indexes, as a number that compares like it; null when it is none. */
export function doubleValue(type: FieldType, value: Scalar): number | null {
  const double = asDouble(value);
  if (double === null || !Number.isFinite(double)) return null;
  if (type.kind === 'float') {
    const single = Math.fround(double);
    return Number.isFinite(single) ? single : null;
  }
  return type.kind === 'scaled_float' ? Math.round(double * type.scalingFactor) : double;
}

function asDouble(value: Scalar): number | null {
  if (typeof value === 'number') return value;
  if (typeof value === 'bigint') return Number(value);
  if (value instanceof JsonNumber) return Number(value.text);
  if (typeof value === 'string' && parseExactNumber(value) !== null) return Number(value);
  return null;
}
