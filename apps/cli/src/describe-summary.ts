// What a finished hunt says at its end, for a terminal.

import { join } from 'node:path';
import { countOf } from '@coldhunt/core';
import type { SummaryFile } from '@coldhunt/engine';
import { digestNotes } from './join-notes.ts';
import { withNoteHint } from './note-hints.ts';
import { toShellWord } from './shell-word.ts';
import { sparkline } from './sparkline.ts';
import { formatBytes, formatCount, formatSeconds, toTerminalText } from './terminal-text.ts';

/** `location`: the run folder as the user named it. */
export function describeSummary(summary: SummaryFile, location: string): string {
  const { effort, actual } = summary;
  const lines = [
    summary.verdict,
    '',
    ...summary.rules
      .filter((rule) => rule.alerts > 0 || summary.rules.length <= 10)
      .map(
        (rule) =>
          `  ${rule.name}: ${countOf(rule.alerts, 'alert')}, ${formatCount(rule.known)} known, ${countOf(rule.copies, 'copy', 'copies')},${rule.suppressed === 0 ? '' : ` ${formatCount(rule.suppressed)} suppressed,`} ${formatCount(rule.unkeyed)} without term, ${formatCount(rule.matches.excepted)} excepted${rule.matches.other_index === 0 ? '' : `, ${formatCount(rule.matches.other_index)} in another index`}`,
      ),
    ...baselines(summary),
    ...days(summary),
    ...notes(summary).map((note) => `  note: ${note}`),
    ...(summary.rules_left_out.length > 0
      ? [`  not run: ${countOf(summary.rules_left_out.length, 'rule')}, see summary.json`]
      : []),
    ...(summary.canary === undefined
      ? []
      : [
          `  canaries: ${formatCount(summary.canary.fired)} of the rules fired in every form that was seen, ${formatCount(summary.canary.silent)} not in every one, for ${formatCount(summary.canary.not_made)} none was made; see canary.json`,
        ]),
    `  examined ${countOf(actual.objects, 'object')}, ${formatBytes(actual.bytes)} stored, ${countOf(actual.lines, 'line')} in ${formatSeconds(effort.seconds)}, peak memory ${formatBytes(effort.peak_memory_bytes)}`,
    `  scanned at ${formatBytes(effort.bytes_per_second)}/s of stored bytes, ${formatBytes(effort.decompressed_bytes_per_second)}/s decompressed`,
    ...(summary.complete ? [] : [`  what was not examined: coldhunt coverage ${toShellWord(location)}`]),
    `  report ${location.startsWith('s3://') ? `${location}/report.html` : join(location, 'report.html')}`,
  ];
  return `${lines.map((line) => toTerminalText(line)).join('\n')}\n`;
}

/** How far the alerts of rules that look back can be trusted; a rule that does not has nothing to tell. */
function baselines({ alerts, rules }: SummaryFile): readonly string[] {
  const counts = alerts.by_baseline;
  const looksBack = rules.some((rule) => rule.alerts > 0 && (rule.type === 'new_terms' || rule.type === 'threshold'));
  if (counts === undefined || alerts.count === 0 || !looksBack) return [];
  const told = ['complete', 'partial', 'cold'].flatMap((word) => {
    const number = counts[word] ?? 0;
    return number === 0 ? [] : [`${formatCount(number)} ${word}`];
  });
  const isWhole = (counts['complete'] ?? 0) === alerts.count;
  return [
    `  baselines: ${told.join(', ')}${isWhole ? '' : '; coldhunt.baseline_reason of an alert says what is missing'}`,
  ];
}

function days({ alerts }: SummaryFile): readonly string[] {
  const line = sparkline(alerts.by_day ?? {});
  return line === null ? [] : [`  by day: ${line}`];
}

/** How many notes on the archive a terminal gets. */
const NOTES_SHOWN = 20;

/** What the verdict does not say already. */
function notes({ warnings, rules, verdict }: SummaryFile): readonly string[] {
  const ofRules = rules.flatMap(({ name, warnings: own }) =>
    own.filter((note) => !verdict.includes(note.slice(1))).map((note) => ({ rule: name, note })),
  );
  const { lines, folded } = digestNotes(ofRules);
  const more = folded + Math.max(0, warnings.length - NOTES_SHOWN);
  return [
    ...warnings.slice(0, NOTES_SHOWN).map(withNoteHint),
    ...lines,
    ...(more > 0 ? [`${countOf(more, 'more note')}: see summary.json`] : []),
  ];
}
