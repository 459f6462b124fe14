// Alerts that lie in an archive beside events: a query that matched an event matches the alert made of it. Elastic drops what a rule
// raised itself (semantics.md 5.1; K: RT/factories/wrap_hits.ts). There the rule's saved-object id decides, which an archive does not
// tell; its rule id does, of the alert itself but not of its ancestors.

import { parseFieldPath, type EventView, type FieldPath } from '@coldhunt/core';
import type { Rule } from '@coldhunt/rules';

/** As what such a match is excepted. */
export const OWN_ALERT = 'alert-of-this-rule';

/** The rule of an alert, and of one of Elastic 7. */
export const ALERT_RULE: readonly FieldPath[] = ['kibana.alert.rule.rule_id', 'signal.rule.rule_id'].map(
  parseFieldPath,
);

/** Whether the rule raised the event itself: of the types that look at each match for itself. */
export function isOwnAlert(
  event: EventView,
  { type, rule_id, raises_as: raisesAs = rule_id }: Pick<Rule, 'type' | 'rule_id' | 'raises_as'>,
): boolean {
  if (type !== 'query' && type !== 'eql') return false;
  return ALERT_RULE.some((path) => event.values(path).includes(raisesAs));
}
