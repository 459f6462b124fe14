// `rules coverage` for people: what can fire, what cannot and for lack of what, and the techniques.

import { compareText, countOf } from '@coldhunt/core';
import type { RuleCoverage, RuleSetCoverage, TechniqueTotal } from '@coldhunt/engine';
import { formatCount, toTerminalText } from './terminal-text.ts';

export interface DescribedCoverage extends RuleSetCoverage {
  readonly techniques: readonly TechniqueTotal[];
  readonly rules_not_run: readonly { readonly reason: string | null }[];
}

const LACKS_SHOWN = 15;

/** `shown`: the rules of the table; the totals are of all. */
export function describeRuleCoverage(coverage: DescribedCoverage, shown: readonly RuleCoverage[]): string {
  const { sample, days, rules, rules_not_run: notRun } = coverage;
  const numberOf = (state: RuleCoverage['can_fire']): string =>
    formatCount(rules.filter((rule) => rule.can_fire === state).length);
  const extent = sample.is_whole ? 'all that the range holds' : 'a sample: what it does not show may be there';
  const lines = [
    `sample: ${countOf(sample.objects, 'object')}, ${countOf(sample.events, 'event')} on ${countOf(days.length, 'day')} (${extent})`,
    `${countOf(rules.length + notRun.length, 'rule')}: ${numberOf('yes')} can fire, ${numberOf('unknown')} not seen to, ${numberOf('no')} cannot${notRun.length > 0 ? `, ${formatCount(notRun.length)} not run` : ''}`,
    '',
    ...table(
      ['rule', 'can fire', 'days', 'events', 'lacks'],
      shown.map((rule) => [rule.name, WORDS[rule.can_fire], daysOf(rule), formatCount(rule.events), lackOf(rule)]),
    ),
    ...section('what would let more rules fire', lacks(rules)),
    ...section(
      'ATT&CK techniques (rules that can fire, not seen to, cannot, not run)',
      coverage.techniques.map(
        (each) =>
          `${each.tactic.padEnd(22)} ${each.id.padEnd(9)}  ${each.can} / ${each.unknown} / ${each.cannot} / ${each.not_run}  ${each.name}`,
      ),
    ),
  ];
  return `${lines.map((line) => toTerminalText(line).trimEnd()).join('\n')}\n`;
}

const WORDS = { yes: 'yes', unknown: 'not seen', no: 'no' } as const;

function daysOf({ days }: RuleCoverage): string {
  return `${formatCount(days.filter((day) => day.can_fire === 'yes').length)}/${formatCount(days.length)}`;
}

/** Of a day that has most of what it needs. */
function lackOf({ can_fire, days, kind, index }: RuleCoverage): string {
  if (can_fire === 'yes') return days.some(({ index_known }) => !index_known) ? '(index not known)' : '';
  const best = LACKS.map((lack) => days.find((day) => day.lack === lack)).find(Boolean);
  if (best?.lack === 'fields') return best.missing.map((any) => any.join(' or ')).join(', ');
  if (best?.lack === 'index') return `events in ${index.join(', ')}`;
  return kind === '' ? 'events' : `events with ${kind}`;
}

const LACKS = ['fields', 'index', 'events'] as const;

/** What rules lack that cannot fire on any day, by number of rules. */
function lacks(rules: readonly RuleCoverage[]): readonly string[] {
  const counts = new Map<string, number>();
  for (const rule of rules) {
    if (rule.can_fire === 'yes') continue;
    const lack = lackOf(rule);
    counts.set(lack, (counts.get(lack) ?? 0) + 1);
  }
  const counted = [...counts].toSorted(([a, m], [b, n]) => n - m || compareText(a, b));
  const more = counted.length - LACKS_SHOWN;
  return [
    ...counted.slice(0, LACKS_SHOWN).map(([lack, number]) => `${formatCount(number).padStart(6)}  ${lack}`),
    ...(more > 0 ? [`and ${formatCount(more)} more (--json)`] : []),
  ];
}

function section(title: string, lines: readonly string[]): readonly string[] {
  return lines.length === 0 ? [] : ['', `${title}:`, ...lines.map((line) => `  ${line}`)];
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): readonly string[] {
  const widths = head.map((title, column) => Math.max(title.length, ...rows.map((row) => (row[column] ?? '').length)));
  return [head, ...rows].map((row) => row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join('  '));
}
