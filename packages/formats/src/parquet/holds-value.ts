// Whether one value of a column can satisfy a leaf of a requirement.

import {
  JsonNumber,
  Timestamp,
  isObject,
  isScalar,
  scalarText,
  toMillis,
  viewDocument,
  type DocumentValue,
  type FieldPath,
  type RequirementLeaf,
  type Scalar,
} from '@coldhunt/core';
import { toObject } from './leaf-type.ts';

/** Whether some scalar of a value of the column, at `rest` below it, satisfies the leaf. */
export function someHolds(value: DocumentValue, rest: FieldPath | null, of: RequirementLeaf): boolean {
  if (rest === null && isScalar(value)) return holds(value, of);
  return scalarsAt(value, rest).some((scalar) => holds(scalar, of));
}

/** The scalars of a value that is or was JSON text: itself, the entries of its lists, or what lies at `rest` below. */
function scalarsAt(value: DocumentValue, rest: FieldPath | null): readonly Scalar[] {
  if (Array.isArray(value)) return value.flatMap((entry) => scalarsAt(entry, rest));
  if (rest === null) return isScalar(value) ? [value] : [];
  const held = typeof value === 'string' ? toObject(value) : value;
  return held !== null && isObject(held) ? viewDocument(held).values(rest) : [];
}

/** Whether a value can satisfy the leaf of a requirement. */
export function holds(value: Scalar, { literals, range, test }: RequirementLeaf): boolean {
  if (test !== undefined && !test(value)) return false;
  if (range !== undefined) {
    const number = numberOf(value);
    if (number !== null && range.min !== undefined && number < range.min) return false;
    if (number !== null && range.max !== undefined && number > range.max) return false;
  }
  return literals.length === 0 || hasLiteral(scalarText(value), literals);
}

function hasLiteral(text: string, literals: RequirementLeaf['literals']): boolean {
  return literals.some((literal) =>
    literal.ignoreCase ? lowerAscii(text).includes(lowerAscii(literal.text)) : text.includes(literal.text),
  );
}

function lowerAscii(text: string): string {
  return text.replace(/[A-Z]+/g, (letters) => letters.toLowerCase());
}

/** Numbers, and times as milliseconds; null for what bounds say nothing about. Rounding keeps the order. */
export function numberOf(value: Scalar): number | null {
  if (value instanceof Timestamp) return toMillis(value.nanos);
  if (typeof value === 'number' || typeof value === 'bigint') return Number(value);
  if (value instanceof JsonNumber) return Number(value.text);
  return null;
}
