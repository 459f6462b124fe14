// What a rule groups events by: the terms of new-terms rules, the buckets of threshold rules, and the values whose number counts.

import type { EventView, FieldPath } from '@coldhunt/core';
import type { Term } from './compiled-rule.ts';
import type { FieldTypes } from './fields/field-types.ts';
import type { ResolvedField } from './fields/field-type.ts';
import { fieldValues } from './fields/field-values.ts';
import { normalizeTerm } from './fields/normalize-term.ts';
import type { Rule } from './rule.ts';

export interface RuleTermsOptions {
  readonly fieldTypes: FieldTypes;
  /** Other new-terms fields than the rule's: a declared deviation. */
  readonly newTermsFields?: readonly string[] | null;
  /** Field -> fields to take, in order, where it has no value, for new terms: a declared deviation. */
  readonly termFallbacks?: Readonly<Record<string, readonly string[]>>;
}

export interface RuleTerms {
  readonly fields: readonly FieldPath[];
  /** An alert needs at least one value in each inner list. */
  readonly neededFields: readonly (readonly string[])[];
  readonly warnings: readonly string[];
  terms(event: EventView): readonly (readonly Term[])[];
  distinct(event: EventView): readonly Term[] | null;
}

/** Kinds of fields on which Elasticsearch cannot aggregate, or that hold no values. */
const TERMLESS_KINDS: ReadonlySet<string> = new Set([
  'text',
  'match_only_text',
  'geo_point',
  'object',
  'nested',
  'unmapped',
]);

/** `terms` and `distinct` are those of CompiledRule. */
export function compileRuleTerms(rule: Rule, options: RuleTermsOptions): RuleTerms {
  const grouped = groupFields(rule, options);
  const [cardinality] = rule.type === 'threshold' ? (rule.threshold?.cardinality ?? []) : [];
  const counted = cardinality === undefined ? null : [options.fieldTypes.resolve(cardinality.field)];
  // A cardinality of 0 is reached by events without the field.
  const needed =
    counted !== null && cardinality !== undefined && cardinality.value > 0 ? [...grouped, counted] : grouped;
  const isGlobal = rule.type === 'threshold' && grouped.length === 0;
  return {
    fields: [...grouped.flat(), ...(counted ?? [])].map((field) => field.path),
    neededFields: needed.map((alternatives) => alternatives.map((field) => field.path.name)),
    warnings: needed
      .filter((alternatives) => alternatives.every((field) => !canGiveTerm(field)))
      .map(([field]) => `"${field?.name}" is ${kindOf(field)} and never gives a term: the rule raises no alert`),
    terms: isGlobal ? () => [[]] : (event) => cartesian(grouped.map((alternatives) => termValues(alternatives, event))),
    distinct: counted === null ? () => null : (event) => termValues(counted, event),
  };
}

/** For each term the field and its fallbacks. */
function groupFields(rule: Rule, options: RuleTermsOptions): readonly (readonly ResolvedField[])[] {
  const { fieldTypes, newTermsFields, termFallbacks = {} } = options;
  if (rule.type === 'threshold') return (rule.threshold?.field ?? []).map((name) => [fieldTypes.resolve(name)]);
  if (rule.type !== 'new_terms') return [];
  return (newTermsFields ?? rule.new_terms_fields ?? []).map((name) => {
    const fallbacks = Object.hasOwn(termFallbacks, name) ? (termFallbacks[name] ?? []) : [];
    return [name, ...fallbacks].map((each) => fieldTypes.resolve(each));
  });
}

/** A nested-mapped field never gives a term (semantics.md 2.4). */
function canGiveTerm({ type, nestedPath }: ResolvedField): boolean {
  return nestedPath === null && !TERMLESS_KINDS.has(type.kind);
}

/** Why a field never gives a term (`of type text`), or null when it can. */
export function whyTermless(field: ResolvedField): string | null {
  return canGiveTerm(field) ? null : kindOf(field);
}

function kindOf(field: ResolvedField | undefined): string {
  if (field === undefined) return 'nothing';
  return field.nestedPath === null ? `of type ${field.type.kind}` : `inside the nested field ${field.nestedPath}`;
}

function termValues(alternatives: readonly ResolvedField[], event: EventView): readonly Term[] {
  for (const field of alternatives) {
    if (field.nestedPath !== null) continue;
    const terms = fieldValues(field, event)
      .map((value) => normalizeTerm(field.type, value))
      .filter((term) => term !== null);
    if (terms.length > 0) return [...new Set(terms)];
  }
  return [];
}

function cartesian(lists: readonly (readonly Term[])[]): readonly (readonly Term[])[] {
  if (lists.length === 0 || lists.some((list) => list.length === 0)) return [];
  return lists.reduce<readonly (readonly Term[])[]>(
    (tuples, list) => tuples.flatMap((tuple) => list.map((term) => [...tuple, term])),
    [[]],
  );
}
