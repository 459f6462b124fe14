// The text that a string-like field indexes for a value, or null when it indexes none.

import { Timestamp, scalarText, type Scalar } from '@coldhunt/core';
import type { FieldType } from './field-type.ts';
import { lowerCase } from './lower-case.ts';

/**
 * The term of a value in a keyword-like field (keyword, wildcard, constant_keyword, flattened): ignore_above counts UTF-16
 * units before the normalizer. In a field without a mapping only strings are text, and times of typed columns, which JSON has as strings.
 */
export function indexedText(type: FieldType, value: Scalar): string | null {
  if (typeof value !== 'string') {
    if (type.kind === 'dynamic' && !(value instanceof Timestamp)) return null;
    const text = scalarText(value);
    return text.length > type.ignoreAbove ? null : type.isLowerCase ? lowerCase(text) : text;
  }
  if (value.length > type.ignoreAbove) return null;
  return type.isLowerCase ? lowerCase(value) : value;
}
