// What the schema cannot say of a rule: date math, windows, terms, the query and the filters themselves.

import { InputError } from '@coldhunt/core';
import { compileDateMath, parseDateMath, type DateMath } from '../date-math/parse-date-math.ts';
import { parseInterval } from '../date-math/parse-interval.ts';
import type { FieldTypes } from '../fields/field-types.ts';
import { filterProblems } from '../filters/compile-filter.ts';
import { ruleQueryProblems, unsupportedQuery } from '../rule-query.ts';
import type { Rule } from '../rule.ts';
import { checkSuppression } from './check-suppression.ts';
import { checkThreshold } from './check-threshold.ts';
import type { RawRule } from './parse-rule-file.ts';
import { problemAt } from './problem-at.ts';
import type { RuleProblem } from './rule-problem.ts';

/** Any instant does: only the distance between the ends of a window counts. */
const NOW = Date.UTC(2026, 0, 1);

/** Every problem that is not in a field whose shape is known to be `wrong` already. */
export function checkRule(
  rule: Rule,
  raw: RawRule,
  { wrong, fieldTypes }: { readonly wrong: ReadonlySet<string>; readonly fieldTypes: FieldTypes },
): RuleProblem[] {
  const problems = [
    ...['from' as const, 'to' as const].flatMap((key) => attempt(raw, key, () => parseDateMath(rule[key], NOW))),
    ...attempt(raw, 'interval', () => parseInterval(rule.interval)),
    ...(rule.type === 'new_terms' ? checkTerms(rule, raw) : []),
    ...(rule.type === 'threshold' ? checkThreshold(rule, raw) : []),
    ...checkSuppression(rule, raw),
    ...checkQuery(rule, raw, fieldTypes),
    ...filterProblems(rule.filters, fieldTypes).map((error) => toProblem(raw, 'filters', error)),
  ];
  return problems.filter(({ path }) => !wrong.has(path.split('.')[0] ?? ''));
}

/** A query that is right and cannot be run yet is no problem. */
function checkQuery(rule: Rule, raw: RawRule, fieldTypes: FieldTypes): RuleProblem[] {
  // Kibana fills in an empty query for KQL alone.
  if (rule.type === 'eql' && raw.value['query'] === undefined)
    return [problemAt(raw, 'query', 'missing: expected an EQL query in a rule of type eql')];
  const found: InputError[] = [];
  const syntax = attempt(raw, 'query', () => {
    if (unsupportedQuery(rule) === null) found.push(...ruleQueryProblems(rule, { fieldTypes }));
  });
  return [...syntax, ...found.map((error) => toProblem(raw, 'query', error))];
}

function checkTerms(rule: Rule, raw: RawRule): RuleProblem[] {
  const { new_terms_fields: fields, history_window_start: start } = rule;
  const problems: RuleProblem[] = [];
  // Kibana fills in an empty query for rules of type query alone.
  if (raw.value['query'] === undefined)
    problems.push(problemAt(raw, 'query', 'missing: expected a KQL query in a new_terms rule'));
  if (fields === undefined)
    problems.push(problemAt(raw, 'new_terms_fields', 'missing: expected 1 to 3 fields in a new_terms rule'));
  else if (new Set(fields).size < fields.length || fields.includes(''))
    problems.push(
      problemAt(raw, 'new_terms_fields', `found ${JSON.stringify(fields)}: expected 1 to 3 different names`),
    );
  if (start === undefined)
    problems.push(problemAt(raw, 'history_window_start', 'missing: expected how far a new_terms rule looks back'));
  else {
    problems.push(
      ...attempt(raw, 'history_window_start', () => {
        const history = compileDateMath(start);
        const from = fromOf(rule);
        // A date and a distance from now cannot be compared: a hunt has many nows.
        if (from === null || from.isAbsolute !== history.isAbsolute) return;
        // K: NT/utils.ts, validateHistoryWindowStart: equal is an error too.
        if (history.at(NOW) < from.at(NOW)) return;
        throw new InputError(
          'RULE_INVALID',
          `${JSON.stringify(start)} must be earlier than "from" (${JSON.stringify(rule.from)}): the history window is smaller than interval and look-back`,
        );
      }),
    );
  }
  return problems;
}

/** null: it is wrong itself, and that is said at its own place. */
function fromOf(rule: Rule): DateMath | null {
  try {
    const from = compileDateMath(rule.from);
    from.at(NOW);
    return from;
  } catch {
    return null;
  }
}

function attempt(raw: RawRule, key: string, work: () => void): RuleProblem[] {
  try {
    work();
    return [];
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    return [toProblem(raw, key, error)];
  }
}

function toProblem(raw: RawRule, key: string, error: InputError): RuleProblem {
  if (error.details['offset'] !== undefined) return kqlProblem(raw, key, error);
  // filterProblems says which filter it is.
  const [, path, message] = /^(filters\.\d+): (.*)$/s.exec(error.message) ?? [null, key, error.message];
  return problemAt(raw, path ?? key, message ?? '');
}

/** The place in the file where that is certain; else the message keeps the place in the query. */
function kqlProblem(raw: RawRule, key: string, error: InputError): RuleProblem {
  const value = raw.value[key];
  const offset = Number(error.details['offset']);
  const place = typeof value === 'string' ? raw.placeIn(key, value, offset) : null;
  if (place === null) return problemAt(raw, key, `at ${error.message} (line and column of the query)`);
  const message = error.message.replace(/^\d+:\d+: /, '');
  return { file: raw.file, line: place.line, column: place.column, path: key, message };
}
