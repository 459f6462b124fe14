// What the rules of a shard took, for its stats file.

import type { RuleEffort } from './output.ts';
import type { ScanContext } from './scan-context.ts';

/** More than the largest public pack has: its rules are all told, and ten thousand rules leave no large file beside each shard. */
const RULES_KEPT = 2_000;

/** Takes what was measured since the last shard; the costliest first. */
export function ruleEffort({ rules, ruleSet }: Pick<ScanContext, 'rules' | 'ruleSet'>): readonly RuleEffort[] {
  return ruleSet
    .takeCosts()
    .flatMap(({ rule, candidates, seconds }) => {
      const id = rules[rule]?.compiled.rule.rule_id;
      return id === undefined ? [] : [{ rule_id: id, candidates, seconds }];
    })
    .toSorted((a, b) => b.seconds - a.seconds || b.candidates - a.candidates)
    .slice(0, RULES_KEPT);
}
