// `coldhunt status <run>`: how far a hunt is, from its run folder; `--wait` follows it to its end.

import { setTimeout as delay } from 'node:timers/promises';
import type { Command } from 'commander';
import { AppError, InputError, type RunStore } from '@coldhunt/core';
import { findPlan, finishedRun, listRecords, readRun, type CoverageFile, type SummaryFile } from '@coldhunt/engine';
import { describeSummary } from '../describe-summary.ts';
import { EXIT, type ExitCode } from '../exit-code.ts';
import { openRunFolder } from '../open-run-folder.ts';
import { addStorageFlags, processConfig } from '../process-flags.ts';
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
    .option('--redis <url>', 'with --wait: ask planners and reducers too (default: COLDHUNT_REDIS_URL)')
    .option('--queue-prefix <name>', 'prefix of the queues in Redis (default: coldhunt)')
    .option('--wait', 'wait for the end, then print the summary', false)
    .option('--json', 'print it as JSON', false)
    .addHelpText('after', '\nExample:\n  coldhunt status s3://my-hunts/ninety-days --wait')
    .action(async (folder: string, flags: { wait: boolean; json: boolean }, self: Command) => {
      const { store, close } = await openRunFolder(folder, self, context);
      try {
        const status = flags.wait ? await waitForEnd(store, self, context) : await readStatus(store);
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

/** Looks until the hunt has ended. Where a Redis is named its planners and reducers are asked too: what they gave up never ends. */
async function waitForEnd(store: RunStore, command: Command, context: CliContext): Promise<Status> {
  const config = processConfig(command, context);
  const redis =
    config.redisUrl === null ? null : await (await import('../redis-hunt.ts')).connectHunt(config, () => undefined);
  try {
    for (let told = ''; ;) {
      const status = await readStatus(store);
      if (status.state === 'finished') return status;
      const trouble = redis === null ? null : await redis.troubleOf(await readRun(store));
      // The run may have ended while Redis was asked.
      if (trouble?.isFinal === true && (await readStatus(store)).state !== 'finished') {
        throw new AppError('RUN_UNFINISHED', `the hunt was given up: ${trouble.reason}`, {
          details: { hint: 'mend the cause, then ask again or use coldhunt resume' },
        });
      }
      if (trouble !== null && trouble.reason !== told) {
        told = trouble.reason;
        context.stderr.write(`coldhunt: ${toTerminalText(told)}; it is tried again\n`);
      }
      await delay(POLL_MS);
    }
  } finally {
    await redis?.close();
  }
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
