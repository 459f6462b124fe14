// What the schema cannot say of a threshold rule: its fields, its window, and what of both cannot be run.

import { compileDateMath } from '../date-math/parse-date-math.ts';
import { parseInterval } from '../date-math/parse-interval.ts';
import type { Rule } from '../rule.ts';
import { problemAt } from './problem-at.ts';
import type { RawRule } from './parse-rule-file.ts';
import type { RuleProblem } from './rule-problem.ts';

/** How much of a bucket is held: slots of events, and values that are counted one by one. */
const HELD_MOST = 1_000_000;
/** Any instant does, but one at which rounding has left something. */
const NOW = Date.UTC(2026, 0, 1, 12, 34, 56, 789);
const MONTHS_OR_YEARS = /[+-]\d*\s*[My]/;

/** Every problem of the rule's own fields. */
export function checkThreshold(rule: Rule, raw: RawRule): RuleProblem[] {
  const problems: RuleProblem[] = [];
  // Kibana fills in an empty query for rules of type query alone.
  if (raw.value['query'] === undefined)
    problems.push(problemAt(raw, 'query', 'missing: expected a KQL query in a threshold rule'));
  const { threshold } = rule;
  if (threshold === undefined) {
    problems.push(problemAt(raw, 'threshold', 'missing: expected field and value in a threshold rule'));
    return problems;
  }
  if (new Set(threshold.field).size < threshold.field.length || threshold.field.includes('')) {
    const found = JSON.stringify(threshold.field);
    problems.push(problemAt(raw, 'threshold.field', `found ${found}: expected different names, or none`));
  }
  const width = windowWidth(rule);
  if (width !== null && width <= 0) {
    const found = `${JSON.stringify(rule.from)} to ${JSON.stringify(rule.to)}`;
    problems.push(problemAt(raw, 'from', `${found}: "from" must be earlier than "to"`));
  }
  return problems;
}

/** Why a threshold rule without problems cannot be run; null: it can. */
export function unsupportedThreshold(rule: Rule): string | null {
  const { threshold } = rule;
  if (threshold === undefined) return null;
  if (compileDateMath(rule.to).isAbsolute) {
    return `a threshold rule whose "to" is a date (${rule.to}) cannot be run: each of its executions would count the same events`;
  }
  for (const key of ['from', 'to'] as const) {
    if (!MONTHS_OR_YEARS.test(rule[key])) continue;
    return `a threshold rule whose "${key}" is counted in months or years (${rule[key]}) cannot be run: days or weeks can`;
  }
  const slots = Math.min(threshold.value, (windowWidth(rule) ?? 0) / parseInterval(rule.interval));
  const values = threshold.cardinality[0]?.value ?? 0;
  if (slots <= HELD_MOST && values <= HELD_MOST) return null;
  return `a threshold rule that must hold more than ${HELD_MOST} values, or executions within its window, cannot be run`;
}

/** Milliseconds; null: it has no length of its own (an end is a date), or an end is wrong itself, and that is said at its own place. */
function windowWidth(rule: Rule): number | null {
  try {
    const from = compileDateMath(rule.from);
    const to = compileDateMath(rule.to);
    return from.isAbsolute || to.isAbsolute ? null : to.at(NOW) - from.at(NOW);
  } catch {
    return null;
  }
}
