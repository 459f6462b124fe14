// What the verdict says of threshold rules whose alerts count events of several buckets (decision 014).

import { countOf } from '@coldhunt/core';
import { RuleNames } from '@coldhunt/rules';
import type { RuleSummary } from './output.ts';

/** With more rules than these the verdict counts them; each has a warning in summary.json. */
const NAMED_RULES = 3;

/** Elastic may raise other alerts than these: no sentence where no alert counts such an event. */
export function describeMultiValued(rules: readonly RuleSummary[]): string[] {
  const names = new RuleNames(rules);
  const told = rules.flatMap(({ rule_id, multi_valued: number = 0 }) => (number === 0 ? [] : [{ rule_id, number }]));
  if (told.length === 0) return [];
  const number = told.reduce((sum, rule) => sum + rule.number, 0);
  const who =
    told.length > NAMED_RULES
      ? `${countOf(told.length, 'threshold rule')} (${countOf(number, 'time')})`
      : told.map((rule) => `rule ${names.of(rule.rule_id)} (${countOf(rule.number, 'time')})`).join(', ');
  return [
    `Alerts of ${who} count events that stand in several buckets: once one bucket has alerted, Elastic leaves such an event out of the others and may raise fewer alerts, others, or with lower counts.`,
  ];
}
