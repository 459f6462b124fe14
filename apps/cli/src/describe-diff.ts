// What a change of rules does, for people: gained, lost and kept by rule, host and day, what decided, and some of the alerts.

import { countOf, isObject, parseDocument, type Document } from '@coldhunt/core';
import { describeTotals, type DiffFile, type RuleDiff } from '@coldhunt/engine';
import { formatCount, toTerminalText } from './terminal-text.ts';

const REASONS_SHOWN = 5;
const HOSTS_SHOWN = 10;
const DAYS_SHOWN = 31;

type Counts = DiffFile['total'];

/** `alerts`: lines of diff.ndjson that are shown; `location`: where the rest lies, null: nowhere. */
export function describeDiff(diff: DiffFile, alerts: readonly string[], location: string | null): string {
  const { total, rules, unchanged } = diff;
  const differ = `${countOf(rules.length, 'rule')} ${rules.length === 1 ? 'differs' : 'differ'}`;
  const same = unchanged.length === 0 ? '' : `; ${formatCount(unchanged.length)} unchanged and not run`;
  const range = `${diff.range.from ?? 'the beginning'} to ${diff.range.to ?? 'the end'}`;
  const lines = [
    `old: ${diff.old}`,
    `new: ${diff.new}`,
    `${range}: ${describeTotals(total)} ${differ}${same}.`,
    ...(diff.complete ? [] : ['coverage is incomplete: alerts of what was not examined are in neither']),
    ...rules.flatMap(describeRule),
    ...table('host', diff.by_host, HOSTS_SHOWN),
    ...table('day', diff.by_day, DAYS_SHOWN),
    ...(alerts.length === 0 ? [] : ['', ...alerts.map(describeAlert)]),
    ...(location === null ? [] : ['', `all alerts, with clauses and evidence: ${location}`]),
  ];
  return `${lines.map((line) => toTerminalText(line).trimEnd()).join('\n')}\n`;
}

function describeRule({ name, rule_id, kind, fields, why_gained, why_lost, ...counts }: RuleDiff): readonly string[] {
  const what = kind === 'changed' ? `changed: ${fields.join(', ')}` : kind;
  const why = (word: string, all: RuleDiff['why_gained']): readonly string[] =>
    all.slice(0, REASONS_SHOWN).map(({ what: text, alerts }) => `  ${word} ${formatCount(alerts)}  ${text}`);
  return [
    '',
    `${name} (${rule_id}; ${what}): +${formatCount(counts.gained)} -${formatCount(counts.lost)} =${formatCount(counts.kept)}`,
    ...why('+', why_gained),
    ...why('-', why_lost),
  ];
}

function table(what: string, all: Readonly<Record<string, Counts>>, most: number): readonly string[] {
  const moved = Object.entries(all).filter(([, { gained, lost }]) => gained + lost > 0);
  if (moved.length === 0) return [];
  const width = Math.min(40, Math.max(what.length, ...moved.slice(0, most).map(([name]) => name.length)));
  const row = (name: string, ...counts: readonly string[]): string =>
    `${name.padEnd(width)}${counts.map((count) => count.padStart(9)).join('')}`;
  const more = moved.length - most;
  return [
    '',
    row(what, 'gained', 'lost', 'kept'),
    ...moved
      .slice(0, most)
      .map(([name, counts]) =>
        row(name, ...[counts.gained, counts.lost, counts.kept].map((count) => formatCount(count))),
      ),
    ...(more > 0 ? [`and ${formatCount(more)} more`] : []),
  ];
}

/** A line of diff.ndjson. */
function describeAlert(line: string): string {
  const { change, time, rule_id, terms, host_names: hosts, reason } = parseDocument(line) as Document;
  const words = reason !== undefined && isObject(reason) ? String(reason['words']) : '';
  const listed = (value: unknown, between: string): string =>
    Array.isArray(value) ? value.map(String).join(between) : '';
  const columns = [
    String(change).padEnd(6),
    String(time),
    String(rule_id),
    listed(terms, ' | '),
    listed(hosts, ','),
    words,
  ];
  return columns.filter((column) => column !== '').join('  ');
}
