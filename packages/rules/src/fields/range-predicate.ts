// One bound of a range, by the field's type (semantics.md 4.3 and 4.5).

import { Timestamp, scalarText } from '@coldhunt/core';
import { compileEsDate, type EsDate } from '../date-math/compile-es-date.ts';
import { eachToken } from './analyze-text.ts';
import { compareUtf8 } from './compare-utf8.ts';
import { dateValue } from './date-value.ts';
import { compareExact, exactNumberOf, parseExactNumber } from './exact-number.ts';
import type { FieldType } from './field-type.ts';
import { indexedText } from './indexed-text.ts';
import { parseIp } from './ip-address.ts';
import { lowerCase } from './lower-case.ts';
import { doubleValue, integerValue } from './number-value.ts';
import { NEVER, misfit, quote, type ValuePredicate } from './value-predicate.ts';

export type RangeOperator = 'lt' | 'lte' | 'gt' | 'gte';

/** Throws InputError KQL_TYPE when the type has no order or the bound cannot be a value of the type. */
export function rangePredicate(type: FieldType, operator: RangeOperator, text: string): ValuePredicate {
  const holds = HOLDS[operator];
  switch (type.kind) {
    case 'keyword':
    case 'wildcard':
    case 'flattened': {
      const bound = type.isLowerCase ? lowerCase(text) : text;
      return (value) => {
        const term = indexedText(type, value);
        return term !== null && holds(compareUtf8(term, bound));
      };
    }
    case 'text':
    case 'match_only_text':
      return (value) => {
        let isFound = false;
        eachToken(type.analyzer, scalarText(value), (token) => {
          isFound = holds(compareUtf8(token, text));
          return !isFound;
        });
        return isFound;
      };
    case 'ip':
      return rangeOfIp(text, holds);
    case 'long':
    case 'integer':
      return rangeOfInteger(type, text, holds);
    case 'double':
    case 'float':
    case 'scaled_float':
      return rangeOfDouble(type, text, holds);
    case 'date':
      return rangeOfDate(dateOf(text), operator);
    case 'dynamic':
      return rangeOfDynamic(type, operator, text);
    case 'constant_keyword':
    case 'boolean':
    case 'geo_point':
    case 'nested':
      throw misfit(`a field of type ${type.kind} cannot be compared with < <= > >=`);
    case 'object':
    case 'unmapped':
      return NEVER;
  }
}

type Holds = (comparison: number) => boolean;

const HOLDS: Readonly<Record<RangeOperator, Holds>> = {
  lt: (comparison) => comparison < 0,
  lte: (comparison) => comparison <= 0,
  gt: (comparison) => comparison > 0,
  gte: (comparison) => comparison >= 0,
};

function rangeOfIp(text: string, holds: Holds): ValuePredicate {
  const bound = parseIp(text);
  if (bound === null) throw misfit(`${quote(text)} is no ip address, but the field is of type ip`);
  return (value) => {
    const address = typeof value === 'string' ? parseIp(value) : null;
    return address !== null && holds(address < bound ? -1 : address > bound ? 1 : 0);
  };
}

function rangeOfInteger(type: FieldType, text: string, holds: Holds): ValuePredicate {
  const bound = numberOf(type, text);
  const small = Number(text);
  if (Number.isSafeInteger(small)) {
    return (value) => {
      const whole = integerValue(type, value);
      return whole !== null && holds(whole < small ? -1 : whole > small ? 1 : 0);
    };
  }
  return (value) => {
    const whole = integerValue(type, value);
    const exact = whole === null ? null : exactNumberOf(whole);
    return exact !== null && holds(compareExact(exact, bound));
  };
}

function rangeOfDouble(type: FieldType, text: string, holds: Holds): ValuePredicate {
  numberOf(type, text);
  const double = Number(text);
  // A scaled_float compares its rounded steps with the unrounded bound, as Elasticsearch does.
  const bound =
    type.kind === 'scaled_float' ? double * type.scalingFactor : type.kind === 'float' ? Math.fround(double) : double;
  return (value) => {
    const indexed = doubleValue(type, value);
    return indexed !== null && holds(indexed - bound);
  };
}

function numberOf(type: FieldType, text: string): NonNullable<ReturnType<typeof parseExactNumber>> {
  const bound = parseExactNumber(text);
  if (bound === null) throw misfit(`${quote(text)} is no number, but the field is of type ${type.kind}`);
  return bound;
}

function dateOf(text: string): EsDate {
  const date = compileEsDate(text);
  if (date === null) throw misfit(`${quote(text)} is no date and no date math, but the field is of type date`);
  return date;
}

/** gte: from the interval's start; gt: after its end; lte: up to its end; lt: before its start. */
function rangeOfDate(date: EsDate, operator: RangeOperator): ValuePredicate {
  const holds = HOLDS[operator];
  const isUp = operator === 'gt' || operator === 'lte';
  if (date.usesNow) {
    return (value, nowMs) => {
      const ms = dateValue(value);
      return ms !== null && holds(ms - (isUp ? date.ceil(nowMs) : date.floor(nowMs)));
    };
  }
  const bound = isUp ? date.ceil(0) : date.floor(0);
  return (value) => {
    const ms = dateValue(value);
    return ms !== null && holds(ms - bound);
  };
}

function rangeOfDynamic(type: FieldType, operator: RangeOperator, text: string): ValuePredicate {
  const holds = HOLDS[operator];
  const number = parseExactNumber(text);
  return (value) => {
    if (typeof value === 'string') return value.length <= type.ignoreAbove && holds(compareUtf8(value, text));
    if (typeof value === 'boolean') return false;
    if (value instanceof Timestamp) return holds(compareUtf8(value.toString(), text));
    const exact = number === null ? null : exactNumberOf(value);
    return number !== null && exact !== null && holds(compareExact(exact, number));
  };
}
