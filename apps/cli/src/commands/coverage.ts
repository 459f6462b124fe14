// `coldhunt coverage <run>`: what was examined and what was not.

import { extname } from 'node:path';
import type { Command } from 'commander';
import { InputError } from '@coldhunt/core';
import { readRun, type CoverageFile } from '@coldhunt/engine';
import { adviceOn } from '@coldhunt/formats';
import { RuleNames } from '@coldhunt/rules';
import { EXIT, type ExitCode } from '../exit-code.ts';
import { withNoteHint } from '../note-hints.ts';
import { openRunFolder } from '../open-run-folder.ts';
import { addStorageFlags } from '../process-flags.ts';
import type { CliContext } from '../program.ts';
import { toShellWord } from '../shell-word.ts';
import { formatBytes, formatCount, toTerminalText } from '../terminal-text.ts';

const SHOWN = 20;
const GAPS_SHOWN = 10;

export function add(program: Command, context: CliContext, end: (code: ExitCode) => void): void {
  addStorageFlags(program.command('coverage'))
    .summary('what a hunt examined, and what it did not')
    .description('Prints the coverage of a finished hunt. Exit 0 when it is complete, 3 when it is not.')
    .argument('<run>', 'run folder: a folder or an s3:// URI')
    .option('--json', 'print coverage.json as it is')
    .addHelpText('after', '\nExample:\n  coldhunt coverage runs/first')
    .action(async (run: string, _options: unknown, command: Command) => {
      const { store, close } = await openRunFolder(run, command, context);
      try {
        const { question } = await readRun(store);
        const bytes = await store.get('coverage.json');
        if (bytes === null)
          throw new InputError(
            'RUN_UNFINISHED',
            `there is no coverage.json in ${store.uri}: the hunt has not ended, see "coldhunt status ${run}"`,
          );
        const text = Buffer.from(bytes).toString();
        const coverage = JSON.parse(text) as CoverageFile;
        context.stdout.write(
          command.opts<{ json?: boolean }>().json === true
            ? text
            : describeCoverage(coverage, new RuleNames(question.rules.map(({ rule }) => rule))),
        );
        end(coverage.complete ? EXIT.done : EXIT.incomplete);
      } finally {
        await close();
      }
    });
}

/** Some lines for people. */
export function describeCoverage(coverage: CoverageFile, names: RuleNames = new RuleNames([])): string {
  const sums = (name: string, figures: Readonly<Record<string, number>>, show: (figure: number) => string): string =>
    `${name.padEnd(9)}${Object.entries(figures)
      .map(([label, figure]) => `${label} ${show(figure)}`)
      .join('  ')}`;
  const lines = [
    `coverage ${coverage.state.replaceAll('_', ' ')}`,
    sums('objects', { ...coverage.objects }, formatCount),
    sums('bytes', { ...coverage.bytes }, formatBytes),
    sums('lines', { ...coverage.lines }, formatCount),
    sums('events', { ...coverage.events }, formatCount),
    sums('matches', { ...coverage.matches }, formatCount),
    ...section('failed', coverage.failed, (object) => `${object.uri}  ${object.code}: ${object.message}`),
    ...section('skipped', coverage.skipped, (object) => `${object.uri}  ${withAdvice(object.reason)}`),
    ...section(
      'malformed lines (samples)',
      coverage.malformed_samples,
      (sample) =>
        `${sample.uri} at byte ${sample.offset}${sample.line > 0 ? `, line ${sample.line}` : ''}: ${sample.error}${sample.sha256 === undefined ? '' : `  sha256 ${sample.sha256}`}`,
    ),
    ...exclusionHint(coverage.malformed_samples),
    ...section(
      'waived',
      coverage.waived ?? [],
      (waiver) =>
        `${'line' in waiver ? `line ${waiver.line}` : waiver.uri}  ${waiver.what}${waiver.lines === undefined ? '' : ` ×${waiver.lines}`}, by ${waiver.name} until ${waiver.expires}: ${waiver.reason}`,
    ),
    ...section(
      'expected, and not there',
      (coverage.expected ?? []).flatMap(({ archive, expect, missing }) =>
        missing.map((span) => ({ archive, expect, ...span })),
      ),
      (span) => `${span.archive}  ${span.expect}  ${span.from} to ${span.to}`,
    ),
    ...section(
      'matches whose time cannot be believed (skewed.ndjson)',
      Object.entries(coverage.skewed ?? {}),
      ([rule, count]) => `${names.of(rule)}  ${formatCount(count)}`,
    ),
    ...gapSection(coverage.gaps),
    ...section(
      'could not have fired, or not known',
      coverage.rules.flatMap((rule) =>
        rule.evaluable
          .filter((span) => span.state !== 'yes')
          .map((span) => ({ rule: names.of(rule.rule_id), ...span })),
      ),
      (span) => `${span.rule}  ${span.from} to ${span.to}  ${span.state}  ${span.wants ?? span.missing.join(', ')}`,
    ),
    ...section('warnings', coverage.warnings, withNoteHint),
  ];
  return `${lines.map((line) => toTerminalText(line)).join('\n')}\n`;
}

function withAdvice(reason: string): string {
  const advice = reason.startsWith('refused: ') ? adviceOn(reason.slice('refused: '.length)) : null;
  return advice === null ? reason : `${reason}: ${advice}`;
}

/** An object whose first line is none of JSON is probably none of events: a picture, a readme, a table. */
function exclusionHint(samples: CoverageFile['malformed_samples']): string[] {
  const first = samples.find(({ offset }) => offset === 0);
  if (first === undefined) return [];
  const glob = toShellWord(`*${extname(first.uri)}`);
  return [`  what holds no events at all is left out with --exclude-key, such as --exclude-key ${glob}`];
}

/** The largest, each with its length: a sparse archive has a small one every night. */
function gapSection(gaps: CoverageFile['gaps']): string[] {
  const hoursOf = ({ from, to }: CoverageFile['gaps'][number]): number =>
    (Date.parse(to) - Date.parse(from)) / 3_600_000;
  const largest = gaps.toSorted((a, b) => hoursOf(b) - hoursOf(a));
  const rows = largest.slice(0, GAPS_SHOWN).map((gap) => `  ${gap.from} to ${gap.to}  ${formatHours(hoursOf(gap))}`);
  const [next] = largest.slice(GAPS_SHOWN);
  if (rows.length === 0) return [];
  const title = `gaps: ${formatCount(gaps.length)}${next === undefined ? '' : ', the largest first'}`;
  if (next === undefined) return [title, ...rows];
  const rest = formatCount(gaps.length - GAPS_SHOWN);
  return [title, ...rows, `  and ${rest} more of at most ${formatHours(hoursOf(next))} (--json)`];
}

function formatHours(hours: number): string {
  if (hours < 48) return `${hours} h`;
  const rest = hours % 24;
  return `${Math.floor(hours / 24)} d${rest === 0 ? '' : ` ${rest} h`}`;
}

function section<T>(title: string, rows: readonly T[], show: (row: T) => string): string[] {
  if (rows.length === 0) return [];
  const rest = rows.length - SHOWN;
  return [
    `${title}: ${formatCount(rows.length)}`,
    ...rows.slice(0, SHOWN).map((row) => `  ${show(row)}`),
    ...(rest > 0 ? [`  and ${formatCount(rest)} more (--json)`] : []),
  ];
}
