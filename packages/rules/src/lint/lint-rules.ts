// Rule files -> what is legal in them and looks wrong, and what is wrong.

import type { Requirement } from '@coldhunt/core';
import { compileRule } from '../compile-rule.ts';
import type { FieldTypes } from '../fields/field-types.ts';
import { loadRawRules, type PlacedRule, type RuleFile } from '../rule-file/load-rules.ts';
import type { RawRule } from '../rule-file/parse-rule-file.ts';
import { problemAt } from '../rule-file/problem-at.ts';
import { compareProblems } from '../rule-file/rule-problem.ts';
import { checkTerms } from './check-terms.ts';
import type { LintFinding } from './lint-finding.ts';
import { lintQuery, type LintedQuery, type QueryFinding } from './lint-query.ts';

export interface LintReport {
  readonly rules: number;
  /** By file in the order given, then by place. */
  readonly findings: readonly LintFinding[];
}

/**
 * Looks at every rule whose query is KQL or EQL, ready or not; other rules are only counted. Kibana filters and exceptions are not looked
 * at. Never throws for what a file holds.
 */
export function lintRules(files: readonly RuleFile[], fieldTypes: FieldTypes): LintReport {
  const loaded = loadRawRules(files, fieldTypes);
  return { rules: loaded.length, findings: loaded.flatMap((each) => lintRule(each, fieldTypes)) };
}

function lintRule({ rule: loaded, raw }: PlacedRule, fieldTypes: FieldTypes): LintFinding[] {
  const { file, rule_id, rule } = loaded;
  const query = raw === null ? null : linted(raw, loaded.language);
  const ofQuery =
    query === null || raw === null ? [] : lintQuery(query, fieldTypes).map((each) => placed(raw, query.query, each));
  // What does not fit its field was found with all its like; the loader stops at the first.
  const isToldAlready = ofQuery.some(({ code }) => code === 'type-mismatch' || code === 'wildcard-on-ip');
  const problems = loaded.problems.filter(({ path }) => path !== 'query' || !isToldAlready);
  const found: Omit<LintFinding, 'rule_id'>[] = [
    ...problems.map((problem) => ({ code: 'invalid' as const, ...problem })),
    ...ofQuery,
  ];
  if (rule !== null && raw !== null) {
    const report = (code: LintFinding['code'], key: string, message: string): void => {
      found.push({ code, ...problemAt(raw, key, message) });
    };
    checkTerms(rule, fieldTypes, report);
    if (!hasLiteral(compileRule(rule, { fieldTypes, ignoreExceptions: true }).requirement))
      report(
        'no-literal',
        'query',
        'no text must stand in every matching event: every line of the archive has to be parsed for it',
      );
  }
  return found.toSorted(compareProblems).map((each) => ({ ...each, file, rule_id }));
}

function linted({ value }: RawRule, language: string | null): LintedQuery | null {
  const { query, event_category_override: override } = value;
  if (typeof query !== 'string' || (language !== 'kuery' && language !== 'eql')) return null;
  return { language, query, ...(typeof override === 'string' ? { event_category_override: override } : {}) };
}

function placed(raw: RawRule, query: string, { code, at, message }: QueryFinding): Omit<LintFinding, 'rule_id'> {
  const place = raw.placeIn('query', query, at.offset);
  if (place !== null) return { code, file: raw.file, line: place.line, column: place.column, path: 'query', message };
  return { code, ...problemAt(raw, 'query', `at ${at.line}:${at.column} of the query: ${message}`) };
}

function hasLiteral(requirement: Requirement): boolean {
  return requirement.kind === 'leaf'
    ? requirement.literals.length > 0
    : requirement.kind === 'all'
      ? requirement.of.some(hasLiteral)
      : requirement.of.every(hasLiteral);
}
