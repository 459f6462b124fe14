// What the schema cannot say of alert suppression: which of its fields a rule type must have.

import type { Rule } from '../rule.ts';
import { problemAt } from './problem-at.ts';
import type { RawRule } from './parse-rule-file.ts';
import type { RuleProblem } from './rule-problem.ts';

/** K: AlertSuppressionGroupBy. */
const MOST_FIELDS = 5;

/** Every problem of a rule's suppression. */
export function checkSuppression(rule: Rule, raw: RawRule): RuleProblem[] {
  const suppression = rule.alert_suppression;
  if (suppression === undefined) return [];
  if (rule.type === 'threshold') {
    if (suppression.duration !== undefined) return [];
    const expected = 'missing: expected how long an alert of a threshold rule suppresses others';
    return [problemAt(raw, 'alert_suppression.duration', expected)];
  }
  const { group_by: fields } = suppression;
  const areNames = fields.length > 0 && fields.length <= MOST_FIELDS && !fields.includes('');
  if (areNames && new Set(fields).size === fields.length) return [];
  const expected = `found ${JSON.stringify(fields)}: expected 1 to ${MOST_FIELDS} different fields`;
  return [problemAt(raw, 'alert_suppression.group_by', expected)];
}
