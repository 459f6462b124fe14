// A hunt whose alerts are only the ground of another answer (a difference of rules, a backtest): run here, or found finished in its folder.

import { availableParallelism } from 'node:os';
import type { Command } from 'commander';
import { InputError, type RunStore } from '@coldhunt/core';
import { openRunStore } from '@coldhunt/archive';
import { finishedRun, openRun, readRun, runIdOf, type Question, type RunFile } from '@coldhunt/engine';
import { createShutdown, type ProcessConfig } from '@coldhunt/runtime';
import { executeHunt, stagesOf } from './execute-hunt.ts';
import { wholeNumber } from './flag-values.ts';
import type { HuntFlags } from './hunt-flags.ts';
import type { HuntRequest } from './hunt-request.ts';
import { describeAllLeftOut } from './rules-left-out.ts';
import { createTell, describeSignal, isQuiet } from './notices.ts';
import type { CliContext } from './program.ts';
import { refuseInsideArchive } from './refuse-inside-archive.ts';
import { locateRun } from './run-location.ts';
import { addCustodyFlags, writeCustody, type CustodyFlags } from './write-custody.ts';

export interface StandFlags extends CustodyFlags {
  readonly out?: string;
  readonly workers?: number;
  readonly clobber: boolean;
}

export interface StandingHunt {
  readonly run: RunFile;
  readonly store: RunStore;
  /** The run folder as the user named it, or as it was chosen. */
  readonly location: string;
  /** Whether its coverage is complete. */
  readonly complete: boolean;
  readonly signal: AbortSignal;
}

export function addStandFlags(command: Command): Command {
  return addCustodyFlags(command)
    .option('--out <folder|uri>', 'run folder, a folder or an s3:// URI (default: a new one under runs/)')
    .option('--workers <n>', 'worker threads of this process (default: one per processor)', wholeNumber)
    .option('--clobber', 'ask anew: remove what the run folder holds', false);
}

/** Gives the hunt to `use` while it is open. A finished run of the same question in the folder is not run again. */
export async function withHunt<T>(
  { question, sources, warnings, rulesLeftOut }: HuntRequest,
  given: {
    readonly flags: HuntFlags & StandFlags;
    readonly config: ProcessConfig;
    readonly context: CliContext;
    readonly self: Command;
    readonly nowMs: number;
    readonly command: 'diff' | 'rules backtest';
  },
  use: (hunt: StandingHunt) => Promise<T>,
): Promise<T> {
  const { flags, config, context, self, nowMs, command } = given;
  const threads = flags.workers ?? availableParallelism();
  if (threads < 1 || threads > 256) throw new InputError('OPTION_INVALID', `--workers ${threads}: expected 1 to 256`);
  const tell = createTell(self, context);
  for (const text of [...warnings, ...describeAllLeftOut(rulesLeftOut)]) tell(text);
  const shutdown = createShutdown((name, isFirst) => tell(describeSignal(name, isFirst)));
  const location = await locateRun(flags.out, question, config, nowMs);
  const store = openRunStore(location, { cwd: config.cwd, s3: config.outS3 });
  try {
    refuseInsideArchive(
      'run folder',
      store.uri,
      question.archives.map(({ uri }) => uri),
    );
    const standing = flags.clobber ? null : await finishedHunt(store, question);
    const run = standing ?? (await openRun(store, question, { clobber: flags.clobber, rulesLeftOut })).run;
    tell(standing === null ? `hunting, into ${location}` : `the hunt stands in ${location}`);
    if (standing === null) {
      const signal = shutdown.draining;
      await writeCustody(run, { store, config, command, flags, startedAtMs: nowMs, signal });
      await executeHunt({
        stages: stagesOf(run, store, sources),
        store,
        location,
        config,
        context,
        shutdown,
        startedAtMs: nowMs,
        threads,
        redis: null,
        partitions: 1,
        failOnAlerts: false,
        quiet: isQuiet(self),
        isSummaryTold: false,
        limits: { maxBytes: flags.maxBytes, maxCost: flags.maxCost },
      });
    }
    return await use({ run, store, location, complete: await isComplete(store), signal: shutdown.signal });
  } finally {
    shutdown.dispose();
    await Promise.all([store.close?.(), ...sources.map((source) => source.close?.())]);
  }
}

async function finishedHunt(store: RunStore, question: Question): Promise<RunFile | null> {
  // What is wrong with the folder is told by whoever opens it as a run.
  const run = await readRun(store).catch(() => null);
  if (run === null || run.run_id !== runIdOf(question)) return null;
  return (await finishedRun(store, run)) === null ? null : run;
}

async function isComplete(store: RunStore): Promise<boolean> {
  const bytes = await store.get('coverage.json');
  return bytes !== null && (JSON.parse(Buffer.from(bytes).toString('utf8')) as { complete: boolean }).complete;
}
