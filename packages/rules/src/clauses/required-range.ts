// The bounds within which a numeric or time value must lie for a leaf to hold: wider than the truth where rounding could matter.

import { compileEsDate } from '../date-math/compile-es-date.ts';
import { parseExactNumber } from '../fields/exact-number.ts';
import type { FieldType } from '../fields/field-type.ts';
import type { RangeOperator } from '../fields/range-predicate.ts';

export interface Bounds {
  readonly min?: number;
  readonly max?: number;
}

/** The bounds of a comparison, or of an equality ('is'); null when there are none. Times are milliseconds. */
export function requiredRange(type: FieldType, operator: RangeOperator | 'is', text: string): Bounds | null {
  switch (type.kind) {
    case 'long':
    case 'integer':
    case 'double':
    case 'float':
    case 'scaled_float': {
      const value = parseExactNumber(text) === null ? Number.NaN : Number(text);
      return Number.isFinite(value) ? within(operator, value - slack(type, value), value + slack(type, value)) : null;
    }
    case 'date': {
      const date = compileEsDate(text);
      if (date === null || date.usesNow) return null;
      return within(operator, date.floor(0) - 1, date.ceil(0) + 1);
    }
    // A column without a mapping may hold times, which are compared as texts: bounds would say nothing of them.
    default:
      return null;
  }
}

function within(operator: RangeOperator | 'is', min: number, max: number): Bounds {
  if (operator === 'is') return { min, max };
  return operator === 'gt' || operator === 'gte' ? { min } : { max };
}

/** How far a stored number may lie from the literal that it equals: fractions are cut off, singles and steps are rounded. */
function slack(type: FieldType, value: number): number {
  const double = Math.abs(value) * 2 ** -52;
  if (type.kind === 'long' || type.kind === 'integer') return 1 + double;
  if (type.kind === 'float') return Math.abs(value) * 2 ** -22 + 2 ** -140;
  return type.kind === 'scaled_float' ? 1 / type.scalingFactor + double : double;
}
