// What the alerts of a rule with suppression are grouped by (semantics.md 5.3): the values that an event has for the fields of `group_by`.

import { scalarText, type EventView, type FieldPath, type Scalar } from '@coldhunt/core';
import type { GroupValue, Term } from './compiled-rule.ts';
import type { FieldTypes } from './fields/field-types.ts';
import type { FieldType, ResolvedField } from './fields/field-type.ts';
import { fieldValues } from './fields/field-values.ts';
import { normalizeTerm } from './fields/normalize-term.ts';
import type { Rule } from './rule.ts';

/** An event that would be in more groups than these alerts for itself. */
export const GROUP_LIMIT = 1_000;

/** What a date can hold (ECMAScript). */
const LAST_MS = 8_640_000_000_000_000;

export interface SuppressionGroups {
  readonly fields: readonly FieldPath[];
  readonly warnings: readonly string[];
  /** As CompiledRule. */
  groupBy(event: EventView): readonly (readonly GroupValue[])[] | 'too many' | null;
}

const UNGROUPED: SuppressionGroups = { fields: [], warnings: [], groupBy: () => null };

/** Fields of threshold rules are their own: what they group by are their buckets. */
export function compileSuppressionGroups(
  rule: Rule,
  options: { readonly fieldTypes: FieldTypes; readonly ignoreSuppression?: boolean },
): SuppressionGroups {
  const suppression = options.ignoreSuppression === true ? undefined : rule.alert_suppression;
  if (suppression === undefined || rule.type === 'threshold') return UNGROUPED;
  const fields = suppression.group_by.map((name) => options.fieldTypes.resolve(name));
  // Query rules group by an aggregation, with a group for each value; the others by what the `fields` option of a search gives.
  const valuesOf = rule.type === 'query' ? eachValue : allValues;
  const mustBeWhole = suppression.missing_fields_strategy === 'doNotSuppress';
  return {
    fields: fields.map(({ path }) => path),
    warnings: fields.filter((field) => isValueless(field, rule)).map(describeValueless),
    groupBy(event) {
      const values = fields.map((field) => valuesOf(field, event));
      if (mustBeWhole && values.some((each) => each[0] === null)) return null;
      const number = values.reduce((product, each) => product * each.length, 1);
      return number > GROUP_LIMIT ? 'too many' : combine(values);
    },
  };
}

/** The distinct values one by one, or null alone. */
function eachValue(field: ResolvedField, event: EventView): readonly GroupValue[] {
  const values = termsOf(field, event, (type, value) => normalizeTerm(type, value));
  return values.length === 0 ? [null] : [...new Set(values)];
}

/** One value: all that there are, in order; or null. */
function allValues(field: ResolvedField, event: EventView): readonly GroupValue[] {
  const values = termsOf(field, event, shownTerm);
  return [values.length === 0 ? null : values.toSorted(compareTerms)];
}

function termsOf(
  field: ResolvedField,
  event: EventView,
  toTerm: (type: FieldType, value: Scalar) => Term | null,
): readonly Term[] {
  if (field.nestedPath !== null) return [];
  return fieldValues(field, event)
    .map((value) => toTerm(field.type, value))
    .filter((term) => term !== null);
}

/** As a search shows it: texts are values too, and dates are written out. */
function shownTerm(type: FieldType, value: Scalar): Term | null {
  if (type.kind === 'text' || type.kind === 'match_only_text') return scalarText(value);
  const term = normalizeTerm(type, value);
  if (type.kind !== 'date' || typeof term !== 'number') return term;
  return Math.abs(term) > LAST_MS ? null : new Date(term).toISOString();
}

/** Values of one kind as ECMAScript orders them; kinds by their name. */
function compareTerms(a: Term, b: Term): number {
  const [kindOfA, kindOfB] = [kindOf(a), kindOf(b)];
  if (kindOfA !== kindOfB) return kindOfA < kindOfB ? -1 : 1;
  return a < b ? -1 : a > b ? 1 : 0;
}

function kindOf(term: Term): string {
  return typeof term === 'bigint' ? 'number' : typeof term;
}

function combine(lists: readonly (readonly GroupValue[])[]): readonly (readonly GroupValue[])[] {
  return lists.reduce<readonly (readonly GroupValue[])[]>(
    (groups, list) => groups.flatMap((group) => list.map((value) => [...group, value])),
    [[]],
  );
}

function isValueless({ type, nestedPath }: ResolvedField, rule: Rule): boolean {
  if (nestedPath !== null) return true;
  const isText = type.kind === 'text' || type.kind === 'match_only_text';
  return isText ? rule.type === 'query' : ['geo_point', 'object', 'nested', 'unmapped'].includes(type.kind);
}

function describeValueless({ name, type, nestedPath }: ResolvedField): string {
  const why = nestedPath === null ? `of type ${type.kind}` : `inside the nested field ${nestedPath}`;
  return `alert_suppression: "${name}" is ${why} and gives no value: alerts count as lacking it`;
}
