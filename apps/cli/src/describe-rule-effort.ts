// What the rules of a hunt took, for `--profile-rules`: a line for each of the costliest, and by name those that take far more than the others.

import type { SummaryFile } from '@coldhunt/engine';
import { formatCount, formatSeconds, toTerminalText } from './terminal-text.ts';

/** So many have a line; summary.json has all. */
const TOLD = 20;
/** From how many times the mean of the other rules on a rule stands out, and from which share of all. */
const FAR_MORE = 10;
const GREAT_SHARE = 0.25;
/** Less is not worth a word. */
const MIN_SECONDS = 1;
const NUMBER_WIDTH = 13;

/** One line or more, each ended. */
export function describeRuleEffort({ rules, effort }: Pick<SummaryFile, 'rules' | 'effort'>): string {
  const looked = effort.rules.filter(({ candidates }) => candidates > 0);
  if (looked.length === 0) return 'rules: no event was looked at for any rule\n';
  const names = new Map(rules.map((rule) => [rule.rule_id, rule.name]));
  const nameOf = (id: string): string => names.get(id) ?? id;
  const all = effort.rules_seconds;
  const lines = [
    `rules: about ${all < 1 ? `${(all * 1000).toFixed(1)} ms` : formatSeconds(all)} of the scan's threads; the costliest:`,
    row(['milliseconds', 'candidates', 'matches'], 'rule'),
    ...looked
      .slice(0, TOLD)
      .map(({ rule_id: id, candidates, seconds, matches }) =>
        row([(seconds * 1000).toFixed(1), formatCount(candidates), formatCount(matches)], nameOf(id)),
      ),
    ...standingOut(effort).map(
      ({ rule_id: id, seconds }) =>
        `  ${nameOf(id)} takes ${Math.round((seconds / all) * 100)} % of the rules' time: far more than the rest`,
    ),
  ];
  if (looked.length > TOLD) lines.push(`  ${formatCount(looked.length - TOLD)} more in summary.json: effort.rules`);
  return `${lines.map((line) => toTerminalText(line)).join('\n')}\n`;
}

function row(numbers: readonly string[], name: string): string {
  return `${numbers.map((text) => text.padStart(NUMBER_WIDTH)).join('  ')}  ${name}`;
}

/** Several may share the time: each is held against the mean of those that do not stand out. */
function standingOut({ rules, rules_seconds: all }: SummaryFile['effort']): SummaryFile['effort']['rules'] {
  const great = rules.filter(({ seconds }) => seconds >= MIN_SECONDS && seconds >= GREAT_SHARE * all);
  if (great.length === rules.length) return [];
  const rest = all - great.reduce((sum, { seconds }) => sum + seconds, 0);
  return great.filter(({ seconds }) => seconds >= (FAR_MORE * rest) / (rules.length - great.length));
}
