// `coldhunt runs list|prune`: the runs of a place, and what is kept of the old ones.

import type { Command } from 'commander';
import { countOf, type RunStore } from '@coldhunt/core';
import { openRunStore } from '@coldhunt/archive';
import { listRuns, pruneRun, readRun, type ListedRun } from '@coldhunt/engine';
import type { ProcessConfig } from '@coldhunt/runtime';
import { durationOf } from '../duration-flag.ts';
import { EXIT, type ExitCode } from '../exit-code.ts';
import { createTell } from '../notices.ts';
import { addStorageFlags, processConfig } from '../process-flags.ts';
import type { CliContext } from '../program.ts';
import { requirePath } from '../require-path.ts';
import { toTerminalText } from '../terminal-text.ts';

interface PruneFlags {
  readonly olderThan: string;
  readonly dryRun: boolean;
}

export function add(program: Command, context: CliContext, end: (code: ExitCode) => void): void {
  const runs = program
    .command('runs')
    .summary('the runs of a place: list them, prune the old ones')
    .description('What runs a folder or an S3 prefix holds, and what is kept of the old ones.')
    .addHelpText('after', '\nExample:\n  coldhunt runs prune s3://my-hunts --older-than 90d');
  addStorageFlags(runs.command('list'))
    .summary('what runs a place holds')
    .description('Prints a line for each run: its state, when its archive was listed, coverage, alerts, ticket.')
    .argument('[place]', 'a folder or an s3:// URI that holds runs', 'runs')
    .option('--json', 'one JSON object a line')
    .addHelpText('after', '\nExample:\n  coldhunt runs list s3://my-hunts')
    .action(async (place: string, flags: { json?: boolean }, command: Command) => {
      const config = processConfig(command, context);
      await requirePath(place, 'runs list', config.cwd);
      let number = 0;
      for await (const run of runsOf(place, config)) {
        number += 1;
        context.stdout.write(flags.json === true ? `${JSON.stringify(run)}\n` : describeRun(run));
      }
      if (number === 0) createTell(command, context)(`${place} holds no run: a run folder is what --out of scan names`);
      end(EXIT.done);
    });
  addStorageFlags(runs.command('prune'))
    .summary('take the event content of old runs away')
    .description(
      'Takes alerts, matches and reports of finished runs away, and keeps question, plan, coverage, hashes, custody and a tombstone, which `coldhunt verify` accepts. Unfinished runs are left as they are.',
    )
    .argument('[place]', 'a folder or an s3:// URI that holds runs', 'runs')
    .requiredOption('--older-than <duration>', 'since the hunt ended: 90d, 12w')
    .option('--dry-run', 'only say what would go', false)
    .addHelpText('after', '\nExample:\n  coldhunt runs prune s3://my-hunts --older-than 90d --dry-run')
    .action(async (place: string, flags: PruneFlags, command: Command) => {
      const config = processConfig(command, context);
      await requirePath(place, 'runs prune', config.cwd);
      const nowMs = Date.now();
      const beforeMs = nowMs - durationOf(flags.olderThan, '--older-than');
      const tell = createTell(command, context);
      const old: ListedRun[] = [];
      for await (const run of runsOf(place, config)) {
        const isOld = run.ended_at !== null && Date.parse(run.ended_at) < beforeMs;
        // One that was pruned before may have been left half-way.
        if ((run.state === 'finished' && isOld) || run.state === 'pruned') old.push(run);
        else if (run.state === 'unreadable') tell(`${run.path}: left as it is: ${run.problem ?? ''}`);
        else if (run.state === 'unfinished') tell(`${run.path}: left as it is: it is not finished`);
        else if (run.state === 'exported') tell(`${run.path}: left as it is: it is exported evidence`);
      }
      let pruned = 0;
      for (const run of old) {
        if (flags.dryRun) {
          if (run.state === 'finished') context.stdout.write(`would prune ${describeRun(run)}`);
          continue;
        }
        const store = openBelow(place, run.path, config);
        try {
          const removed = await pruneRun(store, await readRun(store), nowMs);
          if (removed > 0) context.stdout.write(`pruned ${toTerminalText(run.path)}: ${countOf(removed, 'file')}\n`);
          if (removed > 0) pruned += 1;
        } finally {
          await store.close?.();
        }
      }
      if (!flags.dryRun && pruned === 0) tell(`no finished run in ${place} is older than ${flags.olderThan}`);
      end(EXIT.done);
    });
}

async function* runsOf(place: string, config: ProcessConfig): AsyncGenerator<ListedRun> {
  const store = openRunStore(place, { cwd: config.cwd, s3: config.outS3 });
  try {
    yield* listRuns(store, (path) => openBelow(place, path, config));
  } finally {
    await store.close?.();
  }
}

function openBelow(place: string, path: string, config: ProcessConfig): RunStore {
  const below = path === '' ? place : `${place.replace(/\/$/, '')}/${path}`;
  return openRunStore(below, { cwd: config.cwd, s3: config.outS3 });
}

function describeRun({ path, run_id, state, listed_at, coverage, alerts, ticket }: ListedRun): string {
  const parts = [
    path === '' ? '.' : path,
    run_id?.slice(0, 8) ?? '-',
    state,
    listed_at ?? '-',
    coverage?.replaceAll('_', ' ') ?? '-',
    alerts === null ? '-' : countOf(alerts, 'alert'),
    ticket ?? '',
  ];
  return `${toTerminalText(parts.join('  ').trimEnd())}\n`;
}
