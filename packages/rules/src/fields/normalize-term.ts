// A value as the typed term that Elasticsearch's aggregations give for it (semantics.md 2.4).

import { Timestamp, type Scalar } from '@coldhunt/core';
import type { Term } from '../compiled-rule.ts';
import { booleanValue } from './boolean-value.ts';
import { dateValue } from './date-value.ts';
import { exactNumberOf, isWhole, truncateExact } from './exact-number.ts';
import type { FieldType } from './field-type.ts';
import { indexedText } from './indexed-text.ts';
import { canonicalIp } from './ip-address.ts';
import { doubleValue, integerValue } from './number-value.ts';

/**
 * Strings of keyword-like fields (lower-cased by a normalizer), canonical addresses, exact numbers, booleans, dates as
 * milliseconds. null: the value gives no term (beyond ignore_above, malformed), or fields of this type never do (text,
 * nested, geo_point, object).
 */
export function normalizeTerm(type: FieldType, value: Scalar): Term | null {
  switch (type.kind) {
    case 'keyword':
    case 'wildcard':
    case 'constant_keyword':
    case 'flattened':
      return indexedText(type, value);
    case 'ip':
      return typeof value === 'string' ? canonicalIp(value) : null;
    case 'long':
    case 'integer':
      return integerValue(type, value);
    case 'double':
    case 'float':
      return doubleValue(type, value);
    case 'scaled_float': {
      const steps = doubleValue(type, value);
      return steps === null ? null : steps / type.scalingFactor;
    }
    case 'boolean':
      return booleanValue(value);
    case 'date':
      return dateValue(value);
    case 'dynamic':
      return dynamicTerm(type, value);
    case 'text':
    case 'match_only_text':
    case 'geo_point':
    case 'object':
    case 'nested':
    case 'unmapped':
      return null;
  }
}

function dynamicTerm(type: FieldType, value: Scalar): Term | null {
  if (typeof value === 'string' || value instanceof Timestamp) return indexedText(type, value);
  if (typeof value === 'boolean') return value;
  const exact = exactNumberOf(value);
  if (exact === null) return null;
  const whole = isWhole(exact) ? truncateExact(exact) : null;
  if (whole !== null && !Number.isSafeInteger(Number(whole))) return whole;
  const double = Number(value instanceof Object && 'text' in value ? value.text : value);
  return Number.isFinite(double) ? double : null;
}
