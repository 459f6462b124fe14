// Severity, risk score and name that a rule takes from the event (semantics.md 3.2).

import { parseFieldPath, scalarText, type EventView } from '@coldhunt/core';
import type { Rule, Severity } from '@coldhunt/rules';

const ORDER: readonly Severity[] = ['low', 'medium', 'high', 'critical'];

/** The highest severity whose mapping's value equals a value of its field; `event.severity` compares as a number. K: build_severity_from_mapping.ts. */
export function severityOf(rule: Rule, event: EventView): Severity {
  const found = rule.severity_mapping.filter((mapping) =>
    event.values(parseFieldPath(mapping.field)).some((value) => {
      const text = scalarText(value);
      return mapping.field === 'event.severity'
        ? text !== '' && Number(text) === Number(mapping.value)
        : text === mapping.value;
    }),
  );
  return (
    found.map((mapping) => mapping.severity).toSorted((a, b) => ORDER.indexOf(b) - ORDER.indexOf(a))[0] ?? rule.severity
  );
}

/** The greatest number from 0 to 100 in the first mapping's field, else the rule's. K: build_risk_score_from_mapping.ts. */
export function riskScoreOf(rule: Rule, event: EventView): number {
  const [mapping] = rule.risk_score_mapping;
  if (mapping === undefined) return rule.risk_score;
  const scores = event
    .values(parseFieldPath(mapping.field))
    .filter((value) => typeof value !== 'boolean' && scalarText(value).trim() !== '')
    .map((value) => Number(scalarText(value)))
    .filter((score) => score >= 0 && score <= 100);
  return scores.length === 0 ? rule.risk_score : Math.max(...scores);
}

/** The first text in the field that `rule_name_override` names, else the rule's name. */
export function ruleNameOf(rule: Rule, event: EventView): string {
  if (rule.rule_name_override === undefined) return rule.name;
  const found = event
    .values(parseFieldPath(rule.rule_name_override))
    .find((value) => typeof value === 'string' && value !== '');
  return typeof found === 'string' ? found : rule.name;
}
