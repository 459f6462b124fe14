// Logic and comparisons with null, as inside one script of Elasticsearch (semantics-eql.md 5.3).

import { compareNumbers, isEqlNumber } from './eql-number.ts';
import type { EqlComparisonOperator, EqlConstant } from './eql-tree.ts';

/** null when a side is null, or when the sides have no order. Texts compare by UTF-16 units, as Java's do. */
export function compareConstants(
  operator: EqlComparisonOperator,
  left: EqlConstant,
  right: EqlConstant,
): boolean | null {
  if (left === null || right === null) return null;
  const order = orderOf(left, right);
  switch (operator) {
    case '==':
      return order === 0;
    case '!=':
      return order !== 0;
    case '<':
      return order === null ? null : order < 0;
    case '<=':
      return order === null ? null : order <= 0;
    case '>':
      return order === null ? null : order > 0;
    case '>=':
      return order === null ? null : order >= 0;
  }
}

/** null: values of different types. NaN orders with nothing. */
function orderOf(left: NonNullable<EqlConstant>, right: NonNullable<EqlConstant>): number | null {
  if (isEqlNumber(left) && isEqlNumber(right)) return compareNumbers(left, right);
  if (typeof left === 'string' && typeof right === 'string') return left < right ? -1 : left > right ? 1 : 0;
  if (typeof left === 'boolean' && typeof right === 'boolean') return Number(left) - Number(right);
  return null;
}

type Part<T> = (input: T) => EqlConstant;

export function notOfThree(value: EqlConstant): boolean | null {
  return typeof value === 'boolean' ? !value : null;
}

/** false as soon as a part is false, else null as soon as one is null. */
export function allOfThree<T>(parts: readonly Part<T>[], input: T): boolean | null {
  return decided(parts, input, false);
}

export function anyOfThree<T>(parts: readonly Part<T>[], input: T): boolean | null {
  return decided(parts, input, true);
}

function decided<T>(parts: readonly Part<T>[], input: T, decisive: boolean): boolean | null {
  let result: boolean | null = !decisive;
  for (const part of parts) {
    const value = part(input);
    if (value === decisive) return decisive;
    if (value === null) result = null;
  }
  return result;
}
