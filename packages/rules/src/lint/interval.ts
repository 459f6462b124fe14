// The numbers that satisfy a comparison, for what is certain of two of them.

import type { FieldType } from '../fields/field-type.ts';
import type { RangeOperator } from '../fields/range-predicate.ts';

export interface Interval {
  readonly min: number;
  readonly max: number;
  /** Whether `min` and `max` themselves satisfy it. */
  readonly isMinIn: boolean;
  readonly isMaxIn: boolean;
}

/** null: the field holds other values, or rounds them, or the number is too large to be exact. */
export function numberInterval({ kind }: FieldType, operator: RangeOperator | 'is', text: string): Interval | null {
  if (kind !== 'long' && kind !== 'integer' && kind !== 'double') return null;
  const value = text.trim() === '' ? Number.NaN : Number(text);
  if (!(Math.abs(value) < 2 ** 53)) return null;
  const all = { min: -Infinity, max: Infinity, isMinIn: true, isMaxIn: true };
  switch (operator) {
    case 'is':
      return { ...all, min: value, max: value };
    case 'gt':
      return { ...all, min: value, isMinIn: false };
    case 'gte':
      return { ...all, min: value };
    case 'lt':
      return { ...all, max: value, isMaxIn: false };
    case 'lte':
      return { ...all, max: value };
  }
}

/** Whether no number is in both. */
export function areApart(a: Interval, b: Interval): boolean {
  return isBelow(a, b) || isBelow(b, a);
}

/** Whether every number of the one is in the other. */
export function isWithin(inner: Interval, outer: Interval): boolean {
  const isAbove = inner.min > outer.min || (inner.min === outer.min && (outer.isMinIn || !inner.isMinIn));
  const isUnder = inner.max < outer.max || (inner.max === outer.max && (outer.isMaxIn || !inner.isMaxIn));
  return isAbove && isUnder;
}

function isBelow(a: Interval, b: Interval): boolean {
  return a.max < b.min || (a.max === b.min && !(a.isMaxIn && b.isMinIn));
}
