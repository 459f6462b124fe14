// A filter's range on one field: what is not understood of it is refused.

import type { LeafClause } from '../clauses/clause.ts';
import { rangeTest, UNKNOWN, type LeafTest } from '../clauses/leaf-test.ts';
import type { Bounds } from '../clauses/required-range.ts';
import type { ResolvedField } from '../fields/field-type.ts';
import type { RangeOperator } from '../fields/range-predicate.ts';
import { filterLeaf } from './filter-leaf.ts';
import { invalidFilter, literalText, type Json } from './filter-value.ts';

/** Formats in which a bound means what it means without one. */
const DATE_FORMATS: readonly string[] = [
  'strict_date_optional_time',
  'strict_date_optional_time_nanos',
  'date_optional_time',
  'epoch_millis',
];

const OPERATORS: Readonly<Record<string, RangeOperator>> = {
  gt: 'gt',
  gte: 'gte',
  lt: 'lt',
  lte: 'lte',
  from: 'gte',
  to: 'lte',
};

/** What a range may hold beside its bounds; these change no answer. */
const RANGE_OPTIONS: readonly string[] = ['format', 'time_zone', 'boost', 'relation', '_name'];

function checkRangeOptions(field: ResolvedField, { format, time_zone: zone }: Json): void {
  const isKnown =
    format === undefined ||
    format === null ||
    String(format)
      .split('||')
      .every((part) => DATE_FORMATS.includes(part));
  if (!isKnown) throw invalidFilter(`range on "${field.name}": a format of ${JSON.stringify(format)} is not known`);
  if (zone !== undefined && zone !== null && zone !== 'UTC' && zone !== 'Z' && zone !== '+00:00')
    throw invalidFilter(`range on "${field.name}": a time zone of ${JSON.stringify(zone)} is not known`);
}

/** One value of the field lies between all bounds: a list that has one on either side does not. */
export function rangeClause(field: ResolvedField, bounds: Json): LeafClause {
  checkRangeOptions(field, bounds);
  const parts = Object.entries(bounds).flatMap(([key, value]) => {
    if (value === null || RANGE_OPTIONS.includes(key)) return [];
    const operator = Object.hasOwn(OPERATORS, key) ? OPERATORS[key] : undefined;
    if (operator === undefined)
      throw invalidFilter(`range on "${field.name}" holds "${key}": expected gt, gte, lt, lte`);
    const text = literalText(value, field.name);
    return [{ operator, text, said: `${field.name} ${{ gt: '>', gte: '>=', lt: '<', lte: '<=' }[operator]} ${text}` }];
  });
  if (parts.length === 0) throw invalidFilter(`range on "${field.name}" has no bound`);
  const makeTest = (): LeafTest => bothSides(parts.map(({ operator, text }) => rangeTest(field.type, operator, text)));
  return filterLeaf(field, makeTest, parts.map(({ said }) => said).join(' and '));
}

/** One value satisfies all of the tests. */
function bothSides(tests: readonly LeafTest[]): LeafTest {
  return {
    ...UNKNOWN,
    leafKind: 'range',
    key: tests.map(({ key }) => key),
    satisfies: (value, nowMs) => tests.every(({ satisfies }) => satisfies(value, nowMs)),
    range: intersection(tests.flatMap(({ range }) => range ?? [])),
    usesNow: tests.some((test) => test.usesNow),
  };
}

/** The bounds that all of these leave; null without any. */
function intersection(ranges: readonly Bounds[]): Bounds | null {
  const min = ranges.reduce((most, each) => Math.max(most, each.min ?? -Infinity), -Infinity);
  const max = ranges.reduce((least, each) => Math.min(least, each.max ?? Infinity), Infinity);
  if (min === -Infinity && max === Infinity) return null;
  return { ...(min === -Infinity ? {} : { min }), ...(max === Infinity ? {} : { max }) };
}
