// The line between what nights of a watch have settled of a rule and what they still work out, for rules whose alerts depend on the
// ones before: threshold rules and rules with alert suppression.

import type { Rule } from '@coldhunt/rules';
import { suppressionOf, type SuppressionQuestion } from './suppression.ts';
import { compileTicks } from './ticks.ts';

export interface RuleEdge {
  /** The first instant (of threshold rules: execution) whose alerts are still worked out. Milliseconds. */
  readonly atMs: number;
  /** Events of these alerts lie here or later. Milliseconds. */
  readonly eventsFromMs: number;
}

/** Whether an alert of the rule depends on the ones before it. */
export function restsOnAlerts(rule: Rule, { options }: Pick<SuppressionQuestion, 'options'>): boolean {
  return rule.type === 'threshold' || (rule.alert_suppression !== undefined && !options.ignore_suppression);
}

/**
 * The edge of a rule that rests on alerts, when events before `fromMs` are all there: an execution that looks at none of that time or
 * later will raise what it has raised, and an alert that can hold none of that time or later will hold what it holds.
 */
export function edgeOf(rule: Rule, { options }: Pick<SuppressionQuestion, 'options'>, fromMs: number): RuleEdge {
  const suppression = suppressionOf(rule, { from: new Date(fromMs).toISOString(), options });
  if (rule.type !== 'threshold') {
    const sinceMs = suppression?.sinceMs ?? fromMs;
    return { atMs: sinceMs, eventsFromMs: sinceMs };
  }
  const ticks = compileTicks(rule);
  const atMs = suppression === null ? ticks.firstReaching(fromMs) : ticks.firstFrom(suppression.sinceMs);
  return { atMs, eventsFromMs: ticks.startOf(atMs) };
}
