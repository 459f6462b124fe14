// `coldhunt diff --old <rules> --new <rules>`: what a change of rules would do to the alerts of an archive.

import { createInterface } from 'node:readline';
import { Readable } from 'node:stream';
import type { Command } from 'commander';
import { InputError, type RunStore } from '@coldhunt/core';
import {
  DIFF_ALERTS_PATH,
  emptyDiff,
  readDiff,
  readPlan,
  resolveRange,
  writeDiff,
  type DiffFile,
} from '@coldhunt/engine';
import { describeDiff } from '../describe-diff.ts';
import { EXIT, type ExitCode } from '../exit-code.ts';
import { wholeNumber } from '../flag-values.ts';
import { addHuntFlags, type HuntFlags } from '../hunt-flags.ts';
import { resolveHuntRequest, type HuntRequest } from '../hunt-request.ts';
import { createTell, isQuiet } from '../notices.ts';
import { openRunFolder } from '../open-run-folder.ts';
import { processConfig } from '../process-flags.ts';
import type { CliContext } from '../program.ts';
import { loadVersions, type LoadedVersions } from '../rule-versions.ts';
import { addStandFlags, withHunt, type StandFlags } from '../stand-hunt.ts';
import { writeOut } from '../write-out.ts';

interface DiffFlags extends HuntFlags, StandFlags {
  readonly old?: string;
  readonly new?: string;
  readonly failOnGain?: number;
  readonly failOnLoss?: number;
  readonly list: number;
  readonly json: boolean;
}

export function add(program: Command, context: CliContext, end: (code: ExitCode) => void): void {
  const command = program
    .command('diff')
    .summary('what a change of rules would do: alerts gained, lost and kept')
    .description(
      'Hunts with two versions of rules in one pass over an archive and says which alerts the new version gains, loses and keeps, by rule, host and day, each with what decided: the clauses that fail, or what the memory of new terms then holds. A version is a rule file, a folder or an export, or <revision>:<path> of the git repository here. Rules in which nothing differs are not run. With a run folder of an earlier diff it is told again.',
    )
    .argument('[run]', 'the folder of an earlier diff: told again, nothing is read of an archive')
    .option('--old <rules>', 'the rules as they are: file, folder, export, built-in id, or <revision>:<path>')
    .option('--new <rules>', 'the rules as they would be: likewise');
  addHuntFlags(command);
  for (const option of command.options) {
    if (option.long === '--rule') option.hideHelp();
    if (option.long === '--archive') option.makeOptionMandatory(false);
  }
  addStandFlags(command)
    .option('--list <n>', 'how many gained and lost alerts are listed', wholeNumber, 20)
    .option('--fail-on-gain <n>', 'exit 4 when more than n alerts are gained (0: at the first)', wholeNumber)
    .option('--fail-on-loss <n>', 'exit 4 when more than n alerts are lost', wholeNumber)
    .option('--json', 'print diff.json: all counts; the alerts lie in diff.ndjson of the run folder', false)
    .addHelpText(
      'after',
      '\nExample:\n  coldhunt diff --old HEAD~1:rules --new rules/ --archive s3://my-logs/endpoint --last 30d --fail-on-gain 20',
    )
    .action(async (run: string | undefined, flags: DiffFlags, self: Command) => {
      const isAgain = run !== undefined;
      if (isAgain && (flags.old !== undefined || flags.new !== undefined || flags.archive.length > 0))
        throw new InputError('OPTION_INVALID', 'diff: give a run folder, or --old, --new and --archive, not both');
      const { diff, alerts, location } = isAgain
        ? await readAgain(run, flags, self, context)
        : await hunt(flags, self, context);
      if (flags.json) await writeOut(context.stdout, `${JSON.stringify(diff, null, 2)}\n`);
      else if (!isQuiet(self)) await writeOut(context.stdout, describeDiff(diff, alerts, location));
      end(exitCodeOf(diff, flags));
    });
}

interface Told {
  readonly diff: DiffFile;
  /** Lines of diff.ndjson. */
  readonly alerts: readonly string[];
  readonly location: string | null;
}

function exitCodeOf({ complete, total }: DiffFile, { failOnGain, failOnLoss }: DiffFlags): ExitCode {
  if (!complete) return EXIT.incomplete;
  const isTooMuch = total.gained > (failOnGain ?? Infinity) || total.lost > (failOnLoss ?? Infinity);
  return isTooMuch ? EXIT.alerts : EXIT.done;
}

async function readAgain(run: string, { list }: DiffFlags, self: Command, context: CliContext): Promise<Told> {
  const { store, close } = await openRunFolder(run, self, context);
  try {
    const diff = await readDiff(store);
    if (diff === null) throw new InputError('RUN_NOT_FOUND', `there is no diff in ${store.uri}: no diff.json`);
    return { diff, alerts: await changedLines(store, list), location: placeOf(run) };
  } finally {
    await close();
  }
}

async function hunt(flags: DiffFlags, self: Command, context: CliContext): Promise<Told> {
  const { old, new: next, mode } = flags;
  if (old === undefined || next === undefined)
    throw new InputError('OPTION_INVALID', 'diff: name both versions with --old and --new', {
      details: { hint: 'a file, a folder, or <revision>:<path> of the git repository here, e.g. --old HEAD~1:rules' },
    });
  if (flags.rule.length > 0)
    throw new InputError('OPTION_INVALID', '--rule: a diff takes its rules from --old and --new');
  if (mode === 'both')
    throw new InputError('MODE_UNSUPPORTED', '--mode both: a diff is made in --mode complete or parity');
  const nowMs = Date.now();
  const config = processConfig(self, context);
  const tell = createTell(self, context);
  const names = { old, new: next };
  let loaded: LoadedVersions | null = null;
  let request: HuntRequest;
  try {
    request = await resolveHuntRequest({ ...flags, rule: [old, next] }, config, nowMs, async (_args, fieldTypes) => {
      loaded = await loadVersions(
        { ...names, cwd: config.cwd, mode, includeDeprecated: flags.includeDeprecated },
        fieldTypes,
      );
      return loaded.sources;
    });
  } catch (error) {
    // Where nothing differs there is no rule to hunt with.
    const { changes, unchanged } = versionsOf(loaded) ?? { changes: null, unchanged: [] };
    if (changes === null || changes.length > 0) throw error;
    const range = resolveRange({ from: flags.from, to: flags.to, last: flags.last, nowMs });
    return { diff: emptyDiff({ ...range, mode }, { unchanged, names }), alerts: [], location: null };
  }
  const known = loaded as LoadedVersions | null;
  if (known === null) throw new InputError('RULE_NOT_FOUND', 'diff: no rules were read');
  for (const text of known.leftOut) tell(text);
  return withHunt(
    request,
    { flags, config, context, self, nowMs, command: 'diff' },
    async ({ run, store, location, complete, signal }) => {
      const standing = await readDiff(store);
      const { versions } = known;
      const diff =
        standing ?? (await writeDiff({ run, store, plan: await readPlan(store), versions, names, complete, signal }));
      return { diff, alerts: await changedLines(store, flags.list), location: placeOf(location) };
    },
  );
}

function versionsOf(loaded: LoadedVersions | null): LoadedVersions['versions'] | null {
  return loaded?.versions ?? null;
}

/** The first of the alerts that are gained or lost. */
async function changedLines(store: RunStore, most: number): Promise<readonly string[]> {
  const lines: string[] = [];
  if (most === 0) return lines;
  for await (const line of createInterface({
    input: Readable.from(store.stream(DIFF_ALERTS_PATH)),
    crlfDelay: Infinity,
  })) {
    if (line === '' || line.startsWith('{"change":"kept"')) continue;
    lines.push(line);
    if (lines.length >= most) break;
  }
  return lines;
}

function placeOf(location: string): string {
  return `${location.replace(/\/+$/, '')}/${DIFF_ALERTS_PATH}`;
}
