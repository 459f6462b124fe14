// What a script of Elasticsearch sees of a field: its doc values, each once (semantics-eql.md 9).

import { Timestamp, type EventView, type Scalar } from '@coldhunt/core';
import { booleanValue } from '../fields/boolean-value.ts';
import { dateValue } from '../fields/date-value.ts';
import type { FieldType, ResolvedField } from '../fields/field-type.ts';
import { fieldValues } from '../fields/field-values.ts';
import { indexedText } from '../fields/indexed-text.ts';
import { canonicalIp } from '../fields/ip-address.ts';
import { doubleValue } from '../fields/number-value.ts';
import { double, scalarNumber } from './eql-number.ts';
import type { EqlConstant } from './eql-tree.ts';

const MISSING: readonly EqlConstant[] = [null];

/** The distinct values of a field in an event; one null without any. What the field does not index is no value. */
export function docValues({ type, ...field }: ResolvedField, event: EventView): readonly EqlConstant[] {
  const found = new Map<unknown, EqlConstant>();
  for (const scalar of fieldValues({ type, ...field }, event)) {
    const value = docValue(type, scalar);
    if (value !== null) found.set(typeof value === 'object' ? value.value : value, value);
  }
  return found.size === 0 ? MISSING : [...found.values()];
}

function docValue(type: FieldType, value: Scalar): EqlConstant {
  switch (type.kind) {
    case 'long':
      return scalarNumber(value, 'long');
    case 'integer': {
      const number = scalarNumber(value, 'long');
      return number === null || BigInt.asIntN(32, BigInt(number.value)) !== number.value ? null : number;
    }
    case 'double':
    case 'float':
    case 'scaled_float': {
      const number = doubleValue(type, value);
      return number === null ? null : double(type.kind === 'scaled_float' ? number / type.scalingFactor : number);
    }
    case 'boolean':
      return booleanValue(value);
    case 'ip':
      return typeof value === 'string' ? canonicalIp(value) : null;
    case 'date': {
      const ms = dateValue(value);
      return ms === null ? null : timeText(ms);
    }
    case 'dynamic':
      return dynamicValue(type, value);
    default:
      return indexedText(type, value);
  }
}

/** Without a mapping each value has the type of its JSON. */
function dynamicValue(type: FieldType, value: Scalar): EqlConstant {
  if (typeof value === 'string') return indexedText(type, value);
  if (typeof value === 'boolean') return value;
  if (value instanceof Timestamp) return value.toString();
  const isWhole = typeof value === 'bigint' || (typeof value === 'number' && Number.isInteger(value));
  return scalarNumber(value, isWhole ? 'long' : 'double');
}

/** Dates that Date cannot write have no text. */
function timeText(ms: number): string | null {
  return Math.abs(ms) > 8.64e15 ? null : new Date(ms).toISOString();
}
