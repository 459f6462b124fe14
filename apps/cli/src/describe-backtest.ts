// `rules backtest` for people: a table of rules, and below it what is noisy of each.

import { countOf } from '@coldhunt/core';
import type { RuleBacktest } from '@coldhunt/engine';
import type { BacktestAnswer } from './commands/rules-backtest.ts';
import { formatCount, toTerminalText } from './terminal-text.ts';

const NAME_WIDTH = 48;
const TERMS_SHOWN = 3;

export function describeBacktest({ range, days, complete, rules, run }: BacktestAnswer): string {
  const loud = rules.filter(({ alerts }) => alerts > 0);
  const total = loud.reduce((sum, { alerts }) => sum + alerts, 0);
  const width = Math.min(NAME_WIDTH, Math.max(4, ...loud.map(({ name }) => name.length)));
  const row = (name: string, ...columns: readonly string[]): string =>
    `${name.slice(0, width).padEnd(width)}${columns.map((column) => column.padStart(10)).join('')}`;
  const lines = [
    `${range.from ?? 'the beginning'} to ${range.to ?? 'the end'} (${countOf(days, 'day')}): ${countOf(total, 'alert')}, ${perDay(total / days)} a day, of ${countOf(loud.length, 'rule')}; ${formatCount(rules.length - loud.length)} raised none`,
    ...(complete ? [] : ['coverage is incomplete: alerts of what was not examined are missing']),
    ...(loud.length === 0 ? [] : ['', row('rule', 'alerts', 'a day', 'most', 'days')]),
    ...loud.flatMap((rule) => [
      row(
        rule.name,
        formatCount(rule.alerts),
        perDay(rule.per_day),
        formatCount(rule.most_per_day),
        formatCount(rule.days_with_alerts),
      ),
      ...describeTerms(rule),
      ...rule.noise.map((noise) => `  ${describeNoise(noise)}`),
    ]),
    '',
    `alerts: ${run}`,
  ];
  return `${lines.map((line) => toTerminalText(line).trimEnd()).join('\n')}\n`;
}

function describeTerms({ top_terms: top }: RuleBacktest): readonly string[] {
  const shown = top.slice(0, TERMS_SHOWN).map(({ terms, alerts }) => `${terms.join(' | ')} (${formatCount(alerts)})`);
  return shown.length === 0 ? [] : [`  top terms: ${shown.join(', ')}`];
}

/** `host.name: 3 values give 92 % of alerts: a (50 %), b (30 %), c (12 %)`: an exception with them would quiet about so much. */
function describeNoise({ field, values, share }: RuleBacktest['noise'][number]): string {
  const [only] = values;
  if (values.length === 1 && only !== undefined)
    return `an exception ${field}: ${JSON.stringify(only.value)} would quiet ${percent(share)} of alerts`;
  const each = values.map(({ value, share: own }) => `${JSON.stringify(value)} ${percent(own)}`).join(', ');
  return `${field}: ${values.length} values give ${percent(share)} of alerts; exceptions would quiet: ${each}`;
}

function percent(share: number): string {
  return `${Math.round(share * 100)} %`;
}

function perDay(count: number): string {
  return count >= 100 ? formatCount(Math.round(count)) : count.toFixed(1);
}
