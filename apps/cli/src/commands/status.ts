// `coldhunt status <run>`: how far a hunt is, and who works on it; `--wait` follows it to its end.

import { setTimeout as delay } from 'node:timers/promises';
import type { Command } from 'commander';
import { AppError, InputError, toAppError, type RunStore } from '@coldhunt/core';
import { RUN_PATH, finishedRun, readRun, type CoverageFile, type SummaryFile } from '@coldhunt/engine';
import { readWatch } from '@coldhunt/watch';
import { adviceFor, describeFailure, describeStatus, mendFailure } from '../describe-status.ts';
import { describeSummary } from '../describe-summary.ts';
import { describeWatch } from '../describe-watch.ts';
import { EXIT, type ExitCode } from '../exit-code.ts';
import { findFailure, readQueueStatus, readStatus } from '../hunt-status.ts';
import { createTell, type Tell } from '../notices.ts';
import { openRunFolder } from '../open-run-folder.ts';
import { addStorageFlags, processConfig } from '../process-flags.ts';
import type { CliContext } from '../program.ts';
import type { RedisHunt } from '../redis-hunt.ts';
import { screenOf } from '../screen.ts';
import { toTerminalText } from '../terminal-text.ts';
import { readWatchState } from '../watch-state.ts';

const POLL_MS = 500;
/** Redis is asked more rarely than the run folder. */
const ASK_EVERY_MS = 1500;
/** What keeps a hunt from going on may pass by itself: it is told when it lasts. */
const TELL_AFTER_MS = 3000;

export function add(program: Command, context: CliContext, end: (code: ExitCode) => void): void {
  addStorageFlags(
    program
      .command('status')
      .summary('how far a hunt is')
      .description(
        'Says how far a hunt is, from its run folder; where a Redis is named also which planners, workers and reducers are connected, whether they have the hunt, and why they gave it up. Exit 0; 1 when it was given up; for a finished hunt 3 when its coverage is incomplete.',
      )
      .argument('<run>', 'run folder: a folder or an s3:// URI; of a watch its workspace'),
  )
    .option('--redis <url>', 'ask planners and reducers too (default: COLDHUNT_REDIS_URL or coldhunt.yaml)')
    .option('--queue-prefix <name>', 'prefix of the queues in Redis (default: coldhunt)')
    .option('--wait', 'wait for the end, then print the summary', false)
    .option('--json', 'print it as JSON', false)
    .addHelpText('after', '\nExample:\n  coldhunt status s3://my-hunts/ninety-days --wait')
    .action(async (folder: string, flags: { wait: boolean; json: boolean }, self: Command) => {
      const tell = createTell(self, context);
      const { store, close } = await openRunFolder(folder, self, context);
      const redis = await connectIfNamed(self, context, tell);
      try {
        // Who may read a run may not read all else that could stand beside it.
        const watch = (await store.get(RUN_PATH)) === null ? await readWatch(store) : null;
        if (watch !== null) {
          context.stdout.write(describeWatch(await readWatchState(store, watch, Date.now()), flags.json));
          end(EXIT.done);
          return;
        }
        if (flags.wait) await waitForEnd(folder, { store, redis, tell });
        const status = await readStatus(store, redis);
        const lines = describeStatus(status, folder).map((line) => `${toTerminalText(line)}\n`);
        context.stdout.write(flags.json ? `${JSON.stringify(status)}\n` : lines.join(''));
        if (status.state !== 'finished') {
          end(status.state === 'failed' ? EXIT.failed : EXIT.done);
          return;
        }
        const summary = await readJson<SummaryFile>(store, 'summary.json');
        if (!flags.json) context.stdout.write(describeSummary(summary, folder, screenOf(context.stdout, context.env)));
        end((await readJson<CoverageFile>(store, 'coverage.json')).complete ? EXIT.done : EXIT.incomplete);
      } finally {
        await Promise.all([redis?.close(), close()]);
      }
    });
}

/** The run folder alone says how far a hunt is: a Redis that cannot be reached is told, and goes without an answer. */
async function connectIfNamed(command: Command, context: CliContext, tell: Tell): Promise<RedisHunt | null> {
  const config = processConfig(command, context);
  if (config.redisUrl === null) return null;
  const { connectHunt } = await import('../redis-hunt.ts');
  try {
    return await connectHunt(config, tell);
  } catch (error) {
    const { code, message } = toAppError(error);
    if (code !== 'REDIS_UNAVAILABLE') throw error;
    tell(`${message} (${code}): this is what the run folder says`);
    return null;
  }
}

interface Waiting {
  readonly store: RunStore;
  readonly redis: RedisHunt | null;
  readonly tell: Tell;
}

/** Looks until the hunt has ended. What planner or reducer gave up never ends: that is thrown, with its code. */
async function waitForEnd(location: string, { store, redis, tell }: Waiting): Promise<void> {
  const startedAt = Date.now();
  for (let askedAt = 0; ;) {
    const run = await readRun(store);
    if ((await finishedRun(store, run)) !== null) return;
    if (Date.now() - askedAt >= ASK_EVERY_MS) {
      askedAt = Date.now();
      const queue = redis === null ? null : await readQueueStatus(redis, run, store);
      const failure = await findFailure(store, run, queue);
      // The run may have ended while Redis was asked.
      if (failure !== null && (await finishedRun(store, run)) === null) {
        throw new AppError(failure.code ?? 'RUN_UNFINISHED', describeFailure(failure), {
          details: { hint: mendFailure(failure, location) },
        });
      }
      if (Date.now() - startedAt >= TELL_AFTER_MS)
        for (const line of adviceFor({ queue, failure }, location)) tell(line);
    }
    await delay(POLL_MS);
  }
}

async function readJson<T>(store: RunStore, path: string): Promise<T> {
  const bytes = await store.get(path);
  if (bytes === null) throw new InputError('RUN_UNFINISHED', `there is no ${path} in ${store.uri}`);
  return JSON.parse(Buffer.from(bytes).toString()) as T;
}
