// A rule with everything around it -> what it can answer of an event: query, filters, exceptions, terms, explanation.

import { canonicalJson, sha256Hex, type DocumentValue, type FieldPath } from '@coldhunt/core';
import { distinctLists } from './clauses/alternative-lists.ts';
import { compileQuery } from './clauses/compile-query.ts';
import type { CompiledRule } from './compiled-rule.ts';
import { compileExceptions, firstException, type CompiledExceptions } from './exceptions/compile-exceptions.ts';
import { NO_EXCEPTIONS, type ExceptionSet } from './exceptions/exception-set.ts';
import type { EventPredicate } from './fields/field-values.ts';
import { compileFilters } from './filters/compile-filter.ts';
import { compileKql } from './kql/compile-kql.ts';
import { parseKql } from './kql/parse-kql.ts';
import type { Rule } from './rule.ts';
import { compileRuleQuery, type RuleQueryOptions } from './rule-query.ts';
import { compileRuleTerms, type RuleTermsOptions } from './rule-terms.ts';
import { compileSuppressionGroups } from './suppression-groups.ts';

export interface CompileRuleOptions extends RuleTermsOptions, RuleQueryOptions {
  readonly exceptions?: ExceptionSet;
  /** KQL; each is one more exception, with the id `exclude-query:<number from 1>`. */
  readonly excludeQueries?: readonly string[];
  readonly ignoreExceptions?: boolean;
  /** Every alert is raised: `groupBy` gives null. */
  readonly ignoreSuppression?: boolean;
}

/** Throws InputError: what compileRuleQuery throws, FILTER_INVALID and EXCEPTION_INVALID. */
export function compileRule(rule: Rule, options: CompileRuleOptions): CompiledRule {
  const { fieldTypes } = options;
  const query = compileRuleQuery(rule, options);
  const asked = compileQuery({ kind: 'and', of: [query.clause, ...compileFilters(rule.filters, fieldTypes)] });
  const exceptions = exceptionsOf(rule, options);
  const terms = compileRuleTerms(rule, options);
  const groups = compileSuppressionGroups(rule, options);
  return {
    rule,
    hash: sha256Hex(canonicalJson(rule as unknown as DocumentValue)),
    clause: asked.clause,
    requirement: asked.requirement,
    fields:
      asked.fields === null || exceptions.asksAll
        ? null
        : distinct([...asked.fields, ...exceptions.fields, ...terms.fields, ...groups.fields]),
    neededFields: distinctLists([...asked.neededFields, ...terms.neededFields]),
    warnings: [
      ...query.warnings,
      ...terms.warnings,
      ...groups.warnings,
      ...(rule.index.length > 0 ? [] : [everyIndex(rule)]),
      ...exceptions.warnings,
    ],
    matches: asked.matches,
    exceptedBy: (event, nowMs) => firstException(exceptions.items, event, nowMs),
    terms: terms.terms,
    distinct: terms.distinct,
    groupBy: groups.groupBy,
    explain: asked.explain,
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

/** What a reader should know before trusting what the rule found, or did not. */
function everyIndex(rule: Rule): string {
  const why =
    rule.data_view_id === undefined
      ? 'the rule names no index pattern'
      : `the indices of the data view "${rule.data_view_id}" are not part of the rule`;
  return `${why}: it is applied to events of every index`;
}

function distinct(paths: readonly FieldPath[]): readonly FieldPath[] {
  return [...new Map(paths.map((path) => [path.name, path])).values()];
}
