// What a finished hunt says at its end, for people: a table of its rules, alerts by day, what it took, notes, and last the verdict.

import { join } from 'node:path';
import { countOf } from '@coldhunt/core';
import type { RuleSummary, SummaryFile } from '@coldhunt/engine';
import { digestNotes } from './join-notes.ts';
import { withNoteHint } from './note-hints.ts';
import { NO_SCREEN, styled, wrapped, type Screen } from './screen.ts';
import { toShellWord } from './shell-word.ts';
import { sparkline } from './sparkline.ts';
import { formatBytes, formatCount, formatSeconds, toTerminalText } from './terminal-text.ts';

/** Up to so many rules each has its line; of more only those with alerts. */
const ALL_RULES = 10;
const LABEL = 11;
const LEAST_NAME = 16;
const MOST_NAME = 60;

/** `location`: the run folder as the user named it. */
export function describeSummary(summary: SummaryFile, location: string, screen: Screen = NO_SCREEN): string {
  const facts: readonly (readonly [string, string])[] = [
    ...days(summary, screen),
    ...baselines(summary),
    ...notes(summary).map((note) => ['note', note] as const),
    ...leftOut(summary),
    ...canaries(summary),
    ...work(summary),
    ['report', location.startsWith('s3://') ? `${location}/report.html` : join(location, 'report.html')],
    ...(summary.complete ? [] : [['not read', `coldhunt coverage ${toShellWord(location)}`] as const]),
  ];
  const lines = [
    ...ruleTable(summary, screen),
    ...facts.map(([label, text]) => wrapped(screen, `  ${label.padEnd(LABEL - 1)} ${toTerminalText(text)}`, LABEL + 2)),
    '',
    ...verdict(summary, screen),
  ];
  return `${lines.join('\n')}\n`;
}

/** The sentence that everybody reads is the last one; what else there is to know stands before it. */
function verdict({ verdict: whole, headline, complete }: SummaryFile, screen: Screen): readonly string[] {
  const first = headline !== undefined && whole.startsWith(headline) ? headline : whole;
  const rest = whole.slice(first.length).trim();
  const style = complete ? 'bold' : 'bad';
  return [
    ...(rest === '' ? [] : [wrapped(screen, toTerminalText(rest), 0), '']),
    wrapped(screen, toTerminalText(first), 0)
      .split('\n')
      .map((line) => styled(screen, style, line))
      .join('\n'),
  ];
}

interface TableColumn {
  readonly head: string;
  readonly of: (rule: RuleSummary) => number;
  /** Left out where no rule has any. */
  readonly isRare: boolean;
}

const COLUMNS: readonly TableColumn[] = [
  { head: 'alerts', of: ({ alerts }) => alerts, isRare: false },
  { head: 'known', of: ({ known }) => known, isRare: false },
  { head: 'copies', of: ({ copies }) => copies, isRare: false },
  { head: 'suppressed', of: ({ suppressed }) => suppressed, isRare: true },
  { head: 'no term', of: ({ unkeyed }) => unkeyed, isRare: true },
  { head: 'excepted', of: ({ matches }) => matches.excepted, isRare: true },
  { head: 'other index', of: ({ matches }) => matches.other_index, isRare: true },
];

function ruleTable({ rules }: SummaryFile, screen: Screen): readonly string[] {
  const shown = rules.filter((rule) => rule.alerts > 0 || rules.length <= ALL_RULES);
  if (shown.length === 0) return [];
  const columns = COLUMNS.filter(({ of, isRare }) => !isRare || shown.some((rule) => of(rule) > 0));
  const widths = columns.map(({ head, of }) =>
    Math.max(head.length, ...shown.map((rule) => formatCount(of(rule)).length)),
  );
  const names = shown.map(({ name }) => toTerminalText(name));
  const room = (screen.columns ?? Infinity) - 3 - widths.reduce((sum, width) => sum + width + 2, 0);
  const widest = Math.max(4, ...names.map((name) => name.length));
  const nameWidth = Math.min(
    widest,
    Math.max(LEAST_NAME, Math.min(room, screen.columns === null ? widest : MOST_NAME)),
  );
  const row = (name: string, cells: readonly string[]): string =>
    `  ${cut(name, nameWidth).padEnd(nameWidth)}${cells.map((cell, at) => `  ${cell.padStart(widths[at] ?? 0)}`).join('')}`;
  return [
    styled(
      screen,
      'soft',
      row(
        'rule',
        columns.map(({ head }) => head),
      ),
    ),
    ...shown.map((rule, at) =>
      row(
        names[at] ?? '',
        columns.map(({ of }) => formatCount(of(rule))),
      ),
    ),
    ...(shown.length < rules.length ? [`  ${countOf(rules.length - shown.length, 'rule')} without an alert`] : []),
    '',
  ];
}

function cut(text: string, width: number): string {
  return text.length <= width ? text : `${text.slice(0, width - 1)}…`;
}

/** How far the alerts of rules that look back can be trusted; a rule that does not has nothing to tell. */
function baselines({ alerts, rules }: SummaryFile): readonly (readonly [string, string])[] {
  const counts = alerts.by_baseline;
  const looksBack = rules.some((rule) => rule.alerts > 0 && (rule.type === 'new_terms' || rule.type === 'threshold'));
  if (counts === undefined || alerts.count === 0 || !looksBack) return [];
  const told = ['complete', 'partial', 'cold'].flatMap((word) => {
    const number = counts[word] ?? 0;
    return number === 0 ? [] : [`${formatCount(number)} ${word}`];
  });
  const isWhole = (counts['complete'] ?? 0) === alerts.count;
  const hint = isWhole ? '' : '; coldhunt.baseline_reason of an alert says what is missing';
  return [['baselines', `${told.join(', ')}${hint}`]];
}

function days({ alerts }: SummaryFile, { isPlain }: Screen): readonly (readonly [string, string])[] {
  const line = sparkline(alerts.by_day ?? {}, isPlain);
  return line === null ? [] : [['by day', line]];
}

function leftOut({ rules_left_out: rules }: SummaryFile): readonly (readonly [string, string])[] {
  return rules.length === 0 ? [] : [['not run', `${countOf(rules.length, 'rule')}, see summary.json`]];
}

function canaries({ canary }: SummaryFile): readonly (readonly [string, string])[] {
  if (canary === undefined) return [];
  const { fired, silent, not_made: without } = canary;
  return [
    [
      'canaries',
      `${formatCount(fired)} of the rules fired in every form that was seen, ${formatCount(silent)} not in every one, for ${formatCount(without)} none was made; see canary.json`,
    ],
  ];
}

function work({ effort, actual }: SummaryFile): readonly (readonly [string, string])[] {
  return [
    [
      'examined',
      `${countOf(actual.objects, 'object')}, ${formatBytes(actual.bytes)} stored, ${countOf(actual.lines, 'line')} in ${formatSeconds(effort.seconds)}, peak memory ${formatBytes(effort.peak_memory_bytes)}`,
    ],
    [
      'scanned at',
      `${formatBytes(effort.bytes_per_second)}/s of stored bytes, ${formatBytes(effort.decompressed_bytes_per_second)}/s decompressed`,
    ],
  ];
}

/** How many notes on the archive a terminal gets. */
const NOTES_SHOWN = 20;

/** What the verdict does not say already. */
function notes({ warnings, rules, verdict: told }: SummaryFile): readonly string[] {
  const ofRules = rules.flatMap(({ name, warnings: own }) =>
    own.filter((note) => !told.includes(note.slice(1))).map((note) => ({ rule: name, note })),
  );
  const { lines, folded } = digestNotes(ofRules);
  const more = folded + Math.max(0, warnings.length - NOTES_SHOWN);
  return [
    ...warnings.slice(0, NOTES_SHOWN).map(withNoteHint),
    ...lines,
    ...(more > 0 ? [`${countOf(more, 'more note')}: see summary.json`] : []),
  ];
}
