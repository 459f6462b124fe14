// What a finished hunt says at its end, for a terminal.

import { join } from 'node:path';
import type { SummaryFile } from '@coldhunt/engine';
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
          `  ${rule.name}: ${formatCount(rule.alerts)} alert${rule.alerts === 1 ? '' : 's'}, ${formatCount(rule.known)} known, ${formatCount(rule.copies)} copies, ${formatCount(rule.unkeyed)} without term, ${formatCount(rule.matches.excepted)} excepted`,
      ),
    ...summary.rules.flatMap((rule) => rule.warnings.map((warning) => `  note: ${warning}`)),
    ...summary.warnings.map((warning) => `  note: ${warning}`),
    ...(summary.rules_left_out.length > 0
      ? [`  ${formatCount(summary.rules_left_out.length)} rules were not run: see summary.json`]
      : []),
    `  examined ${formatCount(actual.objects)} object${actual.objects === 1 ? '' : 's'}, ${formatBytes(actual.bytes)}, ${formatCount(actual.lines)} line${actual.lines === 1 ? '' : 's'} in ${formatSeconds(effort.seconds)} (${formatBytes(effort.bytes_per_second)}/s), peak memory ${formatBytes(effort.peak_memory_bytes)}`,
    `  report ${location.startsWith('s3://') ? `${location}/report.html` : join(location, 'report.html')}`,
  ];
  return `${lines.map((line) => toTerminalText(line)).join('\n')}\n`;
}
