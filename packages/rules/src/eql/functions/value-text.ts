// Values as the functions of EQL take them.

import { isEqlNumber, numberText, type EqlNumber } from '../eql-number.ts';
import type { EqlConstant } from '../eql-tree.ts';

/** The text of a value as `string()` and `concat()` write it: Java's. */
export function valueText(value: NonNullable<EqlConstant>): string {
  if (typeof value === 'string') return value;
  return isEqlNumber(value) ? numberText(value) : String(value);
}

/** Where a text is expected, a number or boolean of a field without a mapping counts with its text; null with none. */
export function textArgument(value: EqlConstant): string {
  return value === null ? '' : valueText(value);
}

/** null for everything that is no number. */
export function numberArgument(value: EqlConstant): EqlNumber | null {
  return isEqlNumber(value) ? value : null;
}

/** A number as a place in a text: fractions are cut off. */
export function toIndex(number: EqlNumber): number {
  return Math.trunc(Number(number.value)) || 0;
}
