// What a finished hunt says at its end, for a terminal.

import { join } from 'node:path';
import { countOf } from '@coldhunt/core';
import type { SummaryFile } from '@coldhunt/engine';
import { firstNotes, joinNotes } from './join-notes.ts';
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
          `  ${rule.name}: ${countOf(rule.alerts, 'alert')}, ${formatCount(rule.known)} known, ${countOf(rule.copies, 'copy', 'copies')},${rule.suppressed === 0 ? '' : ` ${formatCount(rule.suppressed)} suppressed,`} ${formatCount(rule.unkeyed)} without term, ${formatCount(rule.matches.excepted)} excepted`,
      ),
    ...firstNotes([
      ...summary.warnings,
      ...joinNotes(summary.rules.flatMap(({ name, warnings }) => warnings.map((note) => ({ rule: name, note })))),
    ]).map((note) => `  note: ${note}`),
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
    `  report ${location.startsWith('s3://') ? `${location}/report.html` : join(location, 'report.html')}`,
  ];
  return `${lines.map((line) => toTerminalText(line)).join('\n')}\n`;
}
