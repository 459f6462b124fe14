// A hunt as a text for a ticket: verdict, what was asked, what was found by rule and group, and what was not examined. Whatever was read stands
// in code, where it can be no link, mention or heading.

import { countOf } from '@coldhunt/core';
import type { RunFile } from '../../question/output.ts';
import type { Coverage } from '../../reduce/output.ts';
import { groupAlerts } from '../group-alerts.ts';
import type { SummaryFile } from '../output.ts';

const SHOWN = 20;
// Control characters, and those that hide or turn round what stands beside them.
// eslint-disable-next-line no-control-regex -- control characters are what this is about
const INVISIBLE = /[\u0000-\u001f\u007f-\u009f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2064\u2066-\u2069\ufeff]/g;

export interface MarkdownInput {
  readonly run: RunFile;
  readonly summary: SummaryFile;
  readonly coverage: Coverage;
  readonly lines: AsyncIterable<string>;
}

export async function* markdownFile({ run, summary, coverage, lines }: MarkdownInput): AsyncIterable<Uint8Array> {
  const groups = await groupAlerts(lines);
  const { from, to } = summary.range;
  const parts = [
    `## coldhunt: ${countOf(summary.alerts.count, 'alert')}${summary.complete ? '' : ', **incomplete**'}`,
    code(summary.verdict),
    [
      `- archives: ${summary.archives.map((uri) => code(uri)).join(', ')}`,
      `- range: ${from ?? 'the beginning'} to ${to ?? 'the end'} (UTC, the end not included)`,
      `- listed: ${summary.listed_at}`,
      `- run: ${code(run.run_id)}`,
    ].join('\n'),
    section(
      'By rule',
      ['rule', 'severity', 'alerts', 'known', 'excepted'],
      summary.rules.toSorted((a, b) => b.alerts - a.alerts),
      (rule) => [
        cell(rule.name),
        cell(rule.severity),
        figure(rule.alerts),
        figure(rule.known),
        figure(rule.matches.excepted),
      ],
    ),
    section('By rule and terms', ['rule', 'terms', 'alerts', 'first', 'last', 'hosts', 'baseline'], groups, (group) => [
      cell(group.rule_names.join(', ')),
      cell(group.group === null ? '(all other groups)' : (group.group['kibana.alert.new_terms'] ?? '')),
      figure(group.alerts),
      cell(group.first),
      cell(group.last),
      cell(`${group.hosts.slice(0, 3).join(', ')}${group.hosts.length > 3 ? ' …' : ''}`),
      Object.entries(group.by_baseline)
        .map(([state, number]) => `${figure(number)} ${cell(state)}`)
        .join(', '),
    ]),
    section('Not examined', ['object', 'why', 'bytes'], notExamined(coverage), (row) => [
      cell(row.uri),
      cell(row.why),
      figure(row.bytes),
    ]),
    `Examined: ${countOf(coverage.objects.scanned, 'object')} of ${figure(coverage.objects.selected)}, ${countOf(coverage.lines.read, 'line')}, ${countOf(coverage.lines.malformed, 'malformed line')}.`,
  ];
  yield Buffer.from(`${parts.filter((part) => part !== '').join('\n\n')}\n`);
}

function section<T>(
  title: string,
  heads: readonly string[],
  rows: readonly T[],
  cells: (row: T) => readonly string[],
): string {
  if (rows.length === 0) return '';
  const rest = rows.length - SHOWN;
  const lines = rows.slice(0, SHOWN).map((row) => `| ${cells(row).join(' | ')} |`);
  const more = rest > 0 ? `\n\n… and ${figure(rest)} more in the run folder.` : '';
  return `### ${title}\n\n| ${heads.join(' | ')} |\n|${heads.map(() => '---').join('|')}|\n${lines.join('\n')}${more}`;
}

function notExamined({
  failed,
  skipped,
}: Coverage): { readonly uri: string; readonly why: string; readonly bytes: number }[] {
  return [
    ...failed.map(({ uri, code: why, bytes }) => ({ uri, why, bytes })),
    ...skipped.filter(({ reason }) => reason !== 'time').map(({ uri, reason, bytes }) => ({ uri, why: reason, bytes })),
  ];
}

function figure(number: number): string {
  return number.toLocaleString('en-US');
}

/** The same in a table, whose cells end at a bar even in code. */
function cell(text: string): string {
  return code(text).replaceAll('|', String.raw`\|`);
}

/** A code span that nothing in the text can end. */
export function code(text: string): string {
  const shown = text.replace(INVISIBLE, (character) => `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`).trim();
  if (shown === '') return '—';
  const longest = Math.max(0, ...(shown.match(/`+/g) ?? []).map((run) => run.length));
  const fence = '`'.repeat(longest + 1);
  const pad = longest > 0 ? ' ' : '';
  return `${fence}${pad}${shown}${pad}${fence}`;
}
