// A rule with everything around it -> what it can answer of an event: query, filters, exceptions, terms, explanation.

import { canonicalJson, sha256Hex, type DocumentValue, type EventView, type FieldPath } from '@coldhunt/core';
import { allOf } from './clauses/combine-requirements.ts';
import { compileQuery } from './clauses/compile-query.ts';
import type { CompiledRule, Term } from './compiled-rule.ts';
import { compileExceptions, firstException, type CompiledExceptions } from './exceptions/compile-exceptions.ts';
import { NO_EXCEPTIONS, type ExceptionSet } from './exceptions/exception-set.ts';
import type { FieldTypes } from './fields/field-types.ts';
import type { ResolvedField } from './fields/field-type.ts';
import { fieldValues, type EventPredicate } from './fields/field-values.ts';
import { normalizeTerm } from './fields/normalize-term.ts';
import { compileFilters } from './filters/compile-filter.ts';
import { compileKql } from './kql/compile-kql.ts';
import { parseKql } from './kql/parse-kql.ts';
import type { Rule } from './rule.ts';

export interface CompileRuleOptions {
  readonly fieldTypes: FieldTypes;
  readonly exceptions?: ExceptionSet;
  /** KQL; each is one more exception, with the id `exclude-query:<number from 1>`. */
  readonly excludeQueries?: readonly string[];
  readonly ignoreExceptions?: boolean;
  /** Other new-terms fields than the rule's: a declared deviation. */
  readonly newTermsFields?: readonly string[] | null;
  /** Field -> fields to take, in order, where it has no value: a declared deviation. */
  readonly termFallbacks?: Readonly<Record<string, readonly string[]>>;
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

/** Throws InputError KQL_SYNTAX, KQL_TYPE, KQL_NESTED, FILTER_INVALID or EXCEPTION_INVALID. */
export function compileRule(rule: Rule, options: CompileRuleOptions): CompiledRule {
  const { fieldTypes } = options;
  const query = compileKql(parseKql(rule.query), fieldTypes);
  const filters = compileFilters(rule.filters, fieldTypes).map((filter) => compileQuery(filter));
  const exceptions = exceptionsOf(rule, options);
  const terms =
    rule.type === 'new_terms' ? termFields(options.newTermsFields ?? rule.new_terms_fields ?? [], options) : [];
  const extra = [
    ...filters.flatMap((filter) => filter.fields ?? []),
    ...exceptions.fields,
    ...terms.flat().map((field) => field.path),
  ];
  return {
    rule,
    hash: sha256Hex(canonicalJson(rule as unknown as DocumentValue)),
    requirement: allOf([query.requirement, ...filters.map((filter) => filter.requirement)]),
    fields: query.fields === null || exceptions.asksAll ? null : distinct([...query.fields, ...extra]),
    neededFields: [
      ...query.neededFields,
      ...filters.flatMap((filter) => filter.neededFields),
      ...terms.map((alternatives) => alternatives.map((field) => field.path.name)),
    ],
    warnings: [...ruleWarnings(rule, terms), ...exceptions.warnings],
    matches:
      filters.length === 0
        ? query.matches
        : (event, nowMs) => query.matches(event, nowMs) && filters.every((filter) => filter.matches(event, nowMs)),
    exceptedBy: (event, nowMs) => firstException(exceptions.items, event, nowMs),
    terms: (event) => cartesian(terms.map((alternatives) => termValues(alternatives, event))),
    explain: (event, nowMs) => [
      ...query.explain(event, nowMs),
      ...filters.flatMap((filter) => filter.explain(event, nowMs)),
    ],
  };
}

function exceptionsOf(rule: Rule, options: CompileRuleOptions): CompiledExceptions & { readonly asksAll: boolean } {
  if (options.ignoreExceptions === true) return { items: [], fields: [], warnings: [], asksAll: false };
  const listed = compileExceptions(rule, options.exceptions ?? NO_EXCEPTIONS, options.fieldTypes);
  const queries = (options.excludeQueries ?? []).map((text) => compileKql(parseKql(text), options.fieldTypes));
  return {
    items: [
      ...listed.items,
      ...queries.map((query, index) => ({
        id: `exclude-query:${index + 1}`,
        test: query.matches as EventPredicate,
        expiresMs: Infinity,
      })),
    ],
    fields: [...listed.fields, ...queries.flatMap((query) => query.fields ?? [])],
    warnings: listed.warnings,
    asksAll: queries.some((query) => query.fields === null),
  };
}

/** For each term the field and its fallbacks. A nested-mapped field never gives a term (semantics.md 2.4). */
function termFields(
  names: readonly string[],
  { fieldTypes, termFallbacks = {} }: CompileRuleOptions,
): readonly (readonly ResolvedField[])[] {
  return names.map((name) => {
    const fallbacks = Object.hasOwn(termFallbacks, name) ? (termFallbacks[name] ?? []) : [];
    return [name, ...fallbacks].map((each) => fieldTypes.resolve(each));
  });
}

/** What a reader should know before trusting what the rule found, or did not. */
function ruleWarnings(rule: Rule, terms: readonly (readonly ResolvedField[])[]): readonly string[] {
  const dead = terms.filter((alternatives) => alternatives.every((field) => !canGiveTerm(field)));
  return [
    ...dead.map(([field]) => `"${field?.name}" is ${kindOf(field)} and never gives a term: the rule raises no alert`),
    ...(rule.alert_suppression === undefined ? [] : ['alert_suppression is not applied: every alert is raised']),
    ...(rule.index.length > 0 ? [] : [everyIndex(rule)]),
  ];
}

function everyIndex(rule: Rule): string {
  const why =
    rule.data_view_id === undefined
      ? 'the rule names no index pattern'
      : `the indices of the data view "${rule.data_view_id}" are not part of the rule`;
  return `${why}: it was applied to events of every index`;
}

function canGiveTerm({ type, nestedPath }: ResolvedField): boolean {
  return nestedPath === null && !TERMLESS_KINDS.has(type.kind);
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

function distinct(paths: readonly FieldPath[]): readonly FieldPath[] {
  return [...new Map(paths.map((path) => [path.name, path])).values()];
}
