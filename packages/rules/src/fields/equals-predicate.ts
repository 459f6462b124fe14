// Equality of a value with a literal, by the field's type (semantics.md 4.3, columns f:v and f:"v").

import { Timestamp, scalarText } from '@coldhunt/core';
import { compileEsDate } from '../date-math/compile-es-date.ts';
import { analyzeText, eachToken } from './analyze-text.ts';
import { booleanValue } from './boolean-value.ts';
import { dateValue } from './date-value.ts';
import { compareExact, exactNumberOf, isWhole, parseExactNumber } from './exact-number.ts';
import type { FieldType } from './field-type.ts';
import { indexedText } from './indexed-text.ts';
import { parseIp, parseIpBlock, parseIpv4 } from './ip-address.ts';
import { lowerCase } from './lower-case.ts';
import { doubleValue, integerValue } from './number-value.ts';
import { NEVER, misfit, quote, type ValuePredicate } from './value-predicate.ts';

export interface EqualsOptions {
  /** On text fields: all words of the literal in a row, instead of any of them. */
  readonly isPhrase?: boolean;
}

/** Throws InputError KQL_TYPE when the literal cannot be a value of the type. */
export function equalsPredicate(type: FieldType, text: string, options: EqualsOptions = {}): ValuePredicate {
  switch (type.kind) {
    case 'keyword':
    case 'wildcard':
    case 'constant_keyword':
    case 'flattened':
      return equalsText(type, text);
    case 'text':
    case 'match_only_text':
      return options.isPhrase === true
        ? hasPhrase(type, analyzeText(type.analyzer, text))
        : hasAnyToken(type, new Set(analyzeText(type.analyzer, text)));
    case 'ip':
      return equalsIp(text);
    case 'long':
    case 'integer':
      return equalsInteger(type, text);
    case 'double':
    case 'float':
    case 'scaled_float':
      return equalsDouble(type, text);
    case 'boolean':
      return equalsBoolean(text);
    case 'date':
      return equalsDate(text);
    case 'dynamic':
      return equalsDynamic(type, text);
    case 'geo_point':
      throw misfit('a geo_point field can only be asked whether it exists');
    case 'nested':
      throw misfit('a nested field has no value of its own: expected field:{ … }');
    case 'object':
    case 'unmapped':
      return NEVER;
  }
}

function equalsText(type: FieldType, text: string): ValuePredicate {
  const term = type.isLowerCase ? lowerCase(text) : text;
  if (!type.isLowerCase && text.length > type.ignoreAbove) return NEVER;
  if (type.isLowerCase) return (value) => indexedText(type, value) === term;
  return (value) => value === term || (typeof value !== 'string' && indexedText(type, value) === term);
}

function hasAnyToken(type: FieldType, wanted: ReadonlySet<string>): ValuePredicate {
  if (wanted.size === 0) return NEVER;
  return (value) => {
    let isFound = false;
    eachToken(type.analyzer, scalarText(value), (token) => {
      isFound = wanted.has(token);
      return !isFound;
    });
    return isFound;
  };
}

function hasPhrase(type: FieldType, wanted: readonly string[]): ValuePredicate {
  if (wanted.length === 0) return NEVER;
  if (wanted.length === 1) return hasAnyToken(type, new Set(wanted));
  // Knuth, Morris and Pratt over tokens: a long run of one word costs no more than its length.
  const fallback = failureTable(wanted);
  return (value) => {
    let matched = 0;
    eachToken(type.analyzer, scalarText(value), (token) => {
      while (matched > 0 && wanted[matched] !== token) matched = fallback[matched - 1] as number;
      if (wanted[matched] === token) matched += 1;
      return matched < wanted.length;
    });
    return matched === wanted.length;
  };
}

function failureTable(wanted: readonly string[]): readonly number[] {
  const table = [0];
  let matched = 0;
  for (let at = 1; at < wanted.length; at += 1) {
    while (matched > 0 && wanted[matched] !== wanted[at]) matched = table[matched - 1] as number;
    if (wanted[matched] === wanted[at]) matched += 1;
    table.push(matched);
  }
  return table;
}

function equalsIp(text: string): ValuePredicate {
  const block = parseIpBlock(text);
  if (block === null) throw misfit(`${quote(text)} is no ip address and no CIDR block, but the field is of type ip`);
  const { from, to } = block;
  if (from >> 32n === 0xffffn && to >> 32n === 0xffffn) {
    const low = Number(from & 0xffff_ffffn);
    const high = Number(to & 0xffff_ffffn);
    return (value) => {
      if (typeof value !== 'string') return false;
      const v4 = parseIpv4(value);
      if (v4 >= 0) return v4 >= low && v4 <= high;
      const address = parseIp(value);
      return address !== null && address >= from && address <= to;
    };
  }
  return (value) => {
    const address = typeof value === 'string' ? parseIp(value) : null;
    return address !== null && address >= from && address <= to;
  };
}

function equalsInteger(type: FieldType, text: string): ValuePredicate {
  const literal = parseExactNumber(text);
  if (literal === null) throw misfit(`${quote(text)} is no number, but the field is of type ${type.kind}`);
  const wanted = isWhole(literal) ? integerValue(type, text) : null;
  if (wanted === null) return NEVER;
  return (value) => value === wanted || integerValue(type, value) === wanted;
}

function equalsDouble(type: FieldType, text: string): ValuePredicate {
  if (parseExactNumber(text) === null) {
    throw misfit(`${quote(text)} is no number, but the field is of type ${type.kind}`);
  }
  const wanted = doubleValue(type, text);
  return wanted === null ? NEVER : (value) => doubleValue(type, value) === wanted;
}

function equalsBoolean(text: string): ValuePredicate {
  if (text !== 'true' && text !== 'false') {
    throw misfit(`${quote(text)} is neither true nor false, but the field is of type boolean`);
  }
  const wanted = text === 'true';
  return (value) => booleanValue(value) === wanted;
}

function equalsDate(text: string): ValuePredicate {
  const date = compileEsDate(text);
  if (date === null) throw misfit(`${quote(text)} is no date and no date math, but the field is of type date`);
  if (date.usesNow) {
    return (value, nowMs) => {
      const ms = dateValue(value);
      return ms !== null && ms >= date.floor(nowMs) && ms <= date.ceil(nowMs);
    };
  }
  const from = date.floor(0);
  const to = date.ceil(0);
  return (value) => {
    const ms = dateValue(value);
    return ms !== null && ms >= from && ms <= to;
  };
}

/** Each value by the type of its JSON: strings as keyword, and so times; numbers as numbers. */
function equalsDynamic(type: FieldType, text: string): ValuePredicate {
  const number = parseExactNumber(text);
  const isIndexed = text.length <= type.ignoreAbove;
  return (value) => {
    if (typeof value === 'string') return value === text && isIndexed;
    if (typeof value === 'boolean') return String(value) === text;
    if (value instanceof Timestamp) return value.toString() === text;
    if (number === null) return false;
    const exact = exactNumberOf(value);
    return exact !== null && compareExact(exact, number) === 0;
  };
}
