// The rules of a question whose alerts are grouped.

import { suppressionOf, type Question, type Suppression } from '../../question/output.ts';

/** By rule id; a rule that raises every alert is not in it. */
export function suppressionsOf(question: Question): ReadonlyMap<string, Suppression> {
  const all = question.rules.map(({ rule }) => [rule.rule_id, suppressionOf(rule, question)] as const);
  return new Map(all.filter((entry): entry is readonly [string, Suppression] => entry[1] !== null));
}
