// What the rules of a hunt took, for `--profile-rules`: one line a rule, and by name one that takes far more than the others.

import type { SummaryFile } from '@coldhunt/engine';
import { formatCount, formatSeconds, toTerminalText } from './terminal-text.ts';

/** From how many times the mean of the other rules on a rule stands out, and from which share of all. */
const FAR_MORE = 10;
const GREAT_SHARE = 0.25;
/** Less is not worth a word. */
const MIN_SECONDS = 1;

export function describeRuleEffort({ rules, effort }: Pick<SummaryFile, 'rules' | 'effort'>): string {
  const [first] = effort.rules;
  if (first === undefined) return 'rules: no event was looked at for any rule\n';
  const byId = new Map(rules.map((rule) => [rule.rule_id, rule]));
  const nameOf = (id: string): string => byId.get(id)?.name ?? id;
  const lines = [
    `rules: about ${formatSeconds(effort.rules_seconds)} of the scan's threads; the costliest, with events that they were looked at for and matches:`,
    ...effort.rules.map(
      ({ rule_id: id, candidates, seconds }) =>
        `  ${seconds.toFixed(2).padStart(8)} s  ${formatCount(candidates).padStart(13)}  ${formatCount(byId.get(id)?.matches.total ?? 0).padStart(11)}  ${nameOf(id)}`,
    ),
  ];
  const mean = (effort.rules_seconds - first.seconds) / Math.max(1, rules.length - 1);
  const share = effort.rules_seconds > 0 ? first.seconds / effort.rules_seconds : 0;
  const standsOut = first.seconds >= MIN_SECONDS && first.seconds >= FAR_MORE * mean;
  if (rules.length > 1 && share >= GREAT_SHARE && standsOut) {
    lines.push(`  ${nameOf(first.rule_id)} takes ${Math.round(share * 100)} % of it: far more than the rest`);
  }
  return `${lines.map((line) => toTerminalText(line)).join('\n')}\n`;
}
