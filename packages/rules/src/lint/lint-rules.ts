// Rule files -> what is legal in them and looks wrong, and what is wrong.

import type { Requirement } from '@coldhunt/core';
import { compileRule } from '../compile-rule.ts';
import type { FieldTypes } from '../fields/field-types.ts';
import type { PlacedRule } from '../rule-file/duplicate-rules.ts';
import { loadRawRules, type RuleFile } from '../rule-file/load-rules.ts';
import type { RawRule } from '../rule-file/parse-rule-file.ts';
import { problemAt } from '../rule-file/problem-at.ts';
import { placeAt, type Place } from '../rule-file/toml-places.ts';
import { compareProblems } from '../rule-file/rule-problem.ts';
import type { TextPosition } from '../text-position.ts';
import { checkTerms, type ReportKey } from './check-terms.ts';
import type { LintFinding } from './lint-finding.ts';
import { lintQuery, type LintedQuery, type QueryFinding } from './lint-query.ts';

export interface LintReport {
  readonly rules: number;
  /** By file in the order given, then by place. */
  readonly findings: readonly LintFinding[];
}

/** How far a search in the bytes of lines helps a query. `common`: only for a text that stands in most lines. */
export type Searched = 'rare' | 'common' | 'not';

export interface LintOptions {
  readonly fieldTypes: FieldTypes;
  /** What the formats make of a requirement. */
  readonly searchedFor: (requirement: Requirement) => Searched;
}

/**
 * Looks at every rule whose query is KQL or EQL, ready or not; other rules are only counted. Kibana filters and exceptions are not looked
 * at. Never throws for what a file holds.
 */
export function lintRules(files: readonly RuleFile[], options: LintOptions): LintReport {
  const loaded = loadRawRules(files, options.fieldTypes);
  return { rules: loaded.length, findings: loaded.flatMap((each) => lintRule(each, options)) };
}

function lintRule({ rule: loaded, raw }: PlacedRule, { fieldTypes, searchedFor }: LintOptions): LintFinding[] {
  const { file, rule_id, rule } = loaded;
  const query = raw === null ? null : linted(raw, loaded.language);
  const ofQuery = query === null || raw === null ? [] : placed(raw, query.query, lintQuery(query, fieldTypes));
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
    checkSearch(searchedFor(compileRule(rule, { fieldTypes, ignoreExceptions: true }).requirement), report);
  }
  return found.toSorted(compareProblems).map((each) => ({ ...each, file, rule_id }));
}

function linted({ value }: RawRule, language: string | null): LintedQuery | null {
  const { query, event_category_override: override } = value;
  if (typeof query !== 'string' || (language !== 'kuery' && language !== 'eql')) return null;
  return { language, query, ...(typeof override === 'string' ? { event_category_override: override } : {}) };
}

type Placed = Omit<LintFinding, 'rule_id'>;

/** Of more findings in one query nobody reads the rest. */
const MOST_OF_A_QUERY = 1_000;

function placed(raw: RawRule, query: string, found: readonly QueryFinding[]): readonly Placed[] {
  const placeIn = createPlaces(raw, query);
  const shown = found.slice(0, MOST_OF_A_QUERY).map(({ code, at, message }): Placed => {
    const place = placeIn(at);
    if (place === null)
      return { code, ...problemAt(raw, 'query', `at ${at.line}:${at.column} of the query: ${message}`) };
    return { code, file: raw.file, line: place.line, column: place.column, path: 'query', message };
  });
  const [next] = found.slice(shown.length);
  if (next === undefined) return shown;
  const more = `${found.length - shown.length} more findings in this query are not listed`;
  return [...shown, { code: next.code, ...problemAt(raw, 'query', more) }];
}

/** Where a query stands without escapes, a place in it is a place in the file, which need not be looked for each time. */
function createPlaces(raw: RawRule, query: string): (at: TextPosition) => Place | null {
  const start = raw.placeIn('query', query, 0);
  if (start === null) return () => null;
  const add = ({ line, column }: Place): Place => ({
    line: start.line + line - 1,
    column: line === 1 ? start.column + column - 1 : column,
  });
  const end = raw.placeIn('query', query, query.length);
  const expected = add(placeAt(query, query.length));
  const isPlain = end?.line === expected.line && end.column === expected.column;
  return isPlain ? add : ({ offset }) => raw.placeIn('query', query, offset);
}

function checkSearch(searched: Searched, report: ReportKey): void {
  if (searched === 'not')
    report(
      'no-literal',
      'query',
      'no text that lines can be searched for must stand in every matching event: every line of the archive has to be parsed for it',
    );
  else if (searched === 'common')
    report(
      'common-literal',
      'query',
      'what must stand in every matching event stands in most others too: most lines of the archive have to be parsed for it',
    );
}
