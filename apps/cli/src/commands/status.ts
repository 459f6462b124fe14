// `coldhunt status <run>`: how far a hunt is, from its run folder; `--wait` follows it to its end.

import { setTimeout as delay } from 'node:timers/promises';
import type { Command } from 'commander';
import { InputError, type RunStore } from '@coldhunt/core';
import { findPlan, finishedRun, listRecords, readRun, type CoverageFile, type SummaryFile } from '@coldhunt/engine';
import { describeSummary } from '../describe-summary.ts';
import { EXIT, type ExitCode } from '../exit-code.ts';
import { openRunFolder } from '../open-run-folder.ts';
import { addStorageFlags } from '../process-flags.ts';
import type { CliContext } from '../program.ts';
import { formatBytes, formatCount, toTerminalText } from '../terminal-text.ts';

const POLL_MS = 500;

interface Status {
  readonly run_id: string;
  readonly state: 'planning' | 'scanning' | 'reducing' | 'finished';
  readonly generation: number;
  readonly shards: { readonly total: number; readonly done: number; readonly failed: number };
  readonly bytes: number;
  readonly listed_at: string | null;
}

export function add(program: Command, context: CliContext, end: (code: ExitCode) => void): void {
  addStorageFlags(
    program
      .command('status')
      .summary('how far a hunt is')
      .description(
        'Says how far a hunt is, from its run folder. Exit 0, or for a finished hunt 3 when its coverage is incomplete.',
      )
      .argument('<run>', 'run folder: a folder or an s3:// URI'),
  )
    .option('--wait', 'wait for the end, then print the summary', false)
    .option('--json', 'print it as JSON', false)
    .addHelpText('after', '\nExample:\n  coldhunt status s3://my-hunts/ninety-days --wait')
    .action(async (folder: string, flags: { wait: boolean; json: boolean }, self: Command) => {
      const { store, close } = await openRunFolder(folder, self, context);
      try {
        let status = await readStatus(store);
        while (flags.wait && status.state !== 'finished') {
          await delay(POLL_MS);
          status = await readStatus(store);
        }
        context.stdout.write(flags.json ? `${JSON.stringify(status)}\n` : describeStatus(status));
        if (status.state !== 'finished') {
          end(EXIT.done);
          return;
        }
        const summary = await readJson<SummaryFile>(store, 'summary.json');
        if (!flags.json) context.stdout.write(describeSummary(summary, folder));
        end((await readJson<CoverageFile>(store, 'coverage.json')).complete ? EXIT.done : EXIT.incomplete);
      } finally {
        await close();
      }
    });
}

async function readStatus(store: RunStore): Promise<Status> {
  const run = await readRun(store);
  const plan = await findPlan(store);
  const base = { run_id: run.run_id, generation: run.generation };
  if (plan === null)
    return { ...base, state: 'planning', shards: { total: 0, done: 0, failed: 0 }, bytes: 0, listed_at: null };
  const records = [...(await listRecords(store)).values()];
  const failed = records.filter(({ state }) => state === 'failed').length;
  const isFinished = (await finishedRun(store, run)) !== null;
  return {
    ...base,
    state: isFinished ? 'finished' : records.length < plan.done.shards ? 'scanning' : 'reducing',
    shards: { total: plan.done.shards, done: records.length, failed },
    bytes: plan.done.selected.bytes,
    listed_at: plan.done.listed_at,
  };
}

function describeStatus({ run_id, state, shards, bytes, listed_at, generation }: Status): string {
  const share =
    shards.total === 0
      ? ''
      : `, ${formatCount(shards.done)} of ${formatCount(shards.total)} shards have a record${shards.failed > 0 ? ` (${formatCount(shards.failed)} of them of a failure)` : ''}`;
  const plan = listed_at === null ? '' : `, ${formatBytes(bytes)} selected, listed at ${listed_at}`;
  return `${toTerminalText(`hunt ${run_id.slice(0, 8)} ${state}${share}${plan}${generation > 1 ? `, generation ${generation}` : ''}`)}\n`;
}

async function readJson<T>(store: RunStore, path: string): Promise<T> {
  const bytes = await store.get(path);
  if (bytes === null) throw new InputError('RUN_UNFINISHED', `there is no ${path} in ${store.uri}`);
  return JSON.parse(Buffer.from(bytes).toString()) as T;
}
