// `coldhunt compare <run> <run>`: which alerts two runs share, and why one lacks what the other has; `--live`: against what Elastic raised.

import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import { access } from 'node:fs/promises';
import type { Command } from 'commander';
import { InputError, countOf, stringifyDocument, type RunStore } from '@coldhunt/core';
import {
  Comparison,
  compareRuns,
  describeComparison,
  encodeCompared,
  joinLive,
  liveSide,
  questionDifferences,
  readPlan,
  readRun,
  sideOf,
  type Compared,
  type ComparedRun,
  type JoinedAlert,
} from '@coldhunt/engine';
import { RuleNames } from '@coldhunt/rules';
import { EXIT, type ExitCode } from '../exit-code.ts';
import { openRunFolder } from '../open-run-folder.ts';
import { addStorageFlags } from '../process-flags.ts';
import type { CliContext } from '../program.ts';
import { withScratch } from '../scratch-store.ts';
import { toTerminalText } from '../terminal-text.ts';

export function add(program: Command, context: CliContext, end: (code: ExitCode) => void): void {
  addStorageFlags(program.command('compare'))
    .summary('which alerts two runs share, and why one lacks what the other has')
    .description(
      'Compares two finished runs of the same rules, event by event: alerts in both, only in the first, only in the second, each with the reason; the sums on standard error. Made for a hunt in --mode complete and one in --mode parity: what the live rule would have missed, and why. One run of --mode both is compared with itself: its complete side with its live side. With --live one run is held against an export of the alerts that Elastic raised.',
    )
    .argument('<run>', 'run folder: a folder or an s3:// URI')
    .argument('[other]', 'another one')
    .option('--live <file>', 'alerts that Elastic raised, one JSON document (or hit with _source) a line')
    .option('--json', 'one JSON object a line (the default where standard output is no terminal)')
    .addHelpText(
      'after',
      '\nExample:\n  coldhunt compare runs/complete runs/parity\n  coldhunt compare runs/both\n  coldhunt compare runs/parity --live alerts.ndjson',
    )
    .action(
      async (
        folder: string,
        other: string | undefined,
        options: { readonly live?: string; readonly json?: boolean },
        command: Command,
      ) => {
        if (other !== undefined && options.live !== undefined)
          throw new InputError('OPTION_INVALID', 'compare: give a second run, or --live with an export of alerts');
        const isJson = options.json === true || !context.stdout.isTTY;
        const first = await openRunFolder(folder, command, context);
        try {
          if (options.live !== undefined) await tellLive(first.store, options.live, isJson, context);
          else if (other !== undefined) {
            const second = await openRunFolder(other, command, context);
            try {
              await tellRuns([await openRun(first.store), await openRun(second.store)], isJson, context);
            } finally {
              await second.close();
            }
          } else await tellRuns(await sidesOf(first.store), isJson, context);
        } finally {
          await first.close();
        }
        end(EXIT.done);
      },
    );
}

/** The two sides of a run in mode `both`. */
async function sidesOf(store: RunStore): Promise<readonly [ComparedRun, ComparedRun]> {
  const { run, ...rest } = await openRun(store);
  if (run.question.mode !== 'both')
    throw new InputError(
      'OPTION_INVALID',
      'compare: give a second run, or --live with an export of alerts; alone stands a run of --mode both',
    );
  return [
    { ...rest, run: sideOf(run, 'complete') },
    { ...rest, run: sideOf(run, 'parity') },
  ];
}

async function tellRuns(
  runs: readonly [ComparedRun, ComparedRun],
  isJson: boolean,
  { stdout, stderr }: CliContext,
): Promise<void> {
  const [a, b] = [runs[0].run.question, runs[1].run.question];
  const names = new RuleNames([...a.rules, ...b.rules].map(({ rule }) => rule));
  const differences = questionDifferences(a, b, names);
  if (differences.length > 0) {
    const text = `the runs do not ask the same, and what one lacks may come of that: ${differences.join('; ')}`;
    stderr.write(`coldhunt: ${toTerminalText(text)}\n`);
  }
  const toText = (compared: Compared): string => describeCompared(compared, names);
  const comparison = new Comparison();
  await withScratch(async (scratch) => {
    for await (const batch of compareRuns({ a: runs[0], b: runs[1], scratch })) {
      for (const compared of batch) comparison.add(compared);
      stdout.write(batch.map(isJson ? toJson : toText).join(''));
    }
  });
  const live = liveSide(a, b);
  stderr.write(`${toTerminalText(describeComparison(comparison.rules, live))}\n`);
}

async function openRun(store: RunStore): Promise<ComparedRun> {
  return { run: await readRun(store), store, plan: await readPlan(store) };
}

async function tellLive(store: RunStore, file: string, isJson: boolean, { stdout, stderr }: CliContext): Promise<void> {
  const { question } = await readRun(store);
  try {
    await access(file);
  } catch (error) {
    throw new InputError('OPTION_INVALID', `--live: cannot read ${file}`, { cause: error });
  }
  const counts = { raised: 0, not_raised: 0, unknown: 0 };
  await withScratch(async (scratch) => {
    const ruleIds = new Set(question.rules.map(({ rule }) => rule.rule_id));
    for await (const joined of joinLive({ store, ruleIds, lines: linesOf(file), name: file, scratch })) {
      counts[joined.state] += 1;
      stdout.write(isJson ? `${JSON.stringify(joined)}\n` : toLiveText(joined));
    }
  });
  stderr.write(
    `Of ${countOf(counts.raised + counts.not_raised, 'alert')} of the run Elastic raised ${counts.raised.toLocaleString('en-US')}; ${countOf(counts.unknown, 'alert')} of Elastic ${counts.unknown === 1 ? 'is' : 'are'} unknown to the run.\n`,
  );
}

/** Opened when it is read: an interface that nobody reads yet loses its lines. */
async function* linesOf(file: string): AsyncGenerator<string> {
  for await (const line of createInterface({ input: createReadStream(file), crlfDelay: Infinity })) {
    if (line.trim() !== '') yield line;
  }
}

function toJson(compared: Compared): string {
  return `${stringifyDocument(encodeCompared(compared))}\n`;
}

function describeCompared(
  { in: side, time_ms, terms, host_names, reason, rule_id }: Compared,
  names: RuleNames,
): string {
  const columns = [
    side.padEnd(6),
    new Date(time_ms).toISOString(),
    names.of(rule_id),
    terms === null ? '' : terms.map(String).join(' | '),
    host_names.join(','),
    reason?.words ?? '',
  ];
  return `${toTerminalText(columns.join('  '))}\n`;
}

function toLiveText({ state, original_time: time, rule_id, terms, uuids }: JoinedAlert): string {
  const columns = [state.padEnd(10), time ?? '', rule_id, terms.join(' | '), uuids.run ?? uuids.live ?? ''];
  return `${toTerminalText(columns.join('  '))}\n`;
}
