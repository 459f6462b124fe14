// What the dashboard may do to hunts: what `resume` does, with its functions, and cancelling. With a Redis a hunt is handed to the planners;
// without one the command itself goes on with it, as a process of its own that ends with the dashboard.

import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { AppError, InputError, TransientError, toAppError, type RunStore } from '@coldhunt/core';
import { openRunStore } from '@coldhunt/archive';
import type { HuntActions } from '@coldhunt/dashboard';
import { cancelRun, finishedRun, readRun, reopenRun, type Retry, type RunFile } from '@coldhunt/engine';
import { connectRedis, huntJobId, nameHunt, withdrawHunt } from '@coldhunt/queue';
import type { ProcessConfig } from '@coldhunt/runtime';
import { describeAbsence } from './describe-absence.ts';
import { connectHunt } from './redis-hunt.ts';
import { writeCustody } from './write-custody.ts';

export interface DashboardActionsOptions {
  /** The workspace as the user named it. */
  readonly place: string;
  readonly config: ProcessConfig;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** How a command that is started reaches the same storage: `--region`, … */
  readonly storageFlags: readonly string[];
}

const COMMAND = fileURLToPath(new URL('../bin/coldhunt.mjs', import.meta.url));
/** What cannot begin ends within this time. */
const BEGINS_WITHIN_MS = 2000;
const ENDS_WITHIN_MS = 20_000;

export function createDashboardActions(options: DashboardActionsOptions): HuntActions {
  const { config } = options;
  const started = new Map<string, ChildProcess>();
  const withRun = async <T>(path: string, act: (run: RunFile, store: RunStore) => Promise<T>): Promise<T> => {
    const store = openRunStore(locationOf(options.place, path), { cwd: config.cwd, s3: config.outS3 });
    try {
      return await act(await readRun(store), store);
    } finally {
      await store.close?.();
    }
  };
  return {
    cancel: (path) =>
      withRun(path, async (run, store) => {
        if ((await finishedRun(store, run)) !== null)
          throw new InputError('RUN_EXISTS', 'the hunt is finished: there is nothing to cancel');
        await cancelRun(store, run, { message: 'cancelled from the dashboard', atMs: Date.now() });
        return config.redisUrl === null ? CANCELLED : withdraw(run, store, config);
      }),
    resume: (path, retry) =>
      withRun(path, async (known, store) => {
        if (!retry.failed && (await finishedRun(store, known)) !== null)
          throw new InputError('RUN_EXISTS', 'the hunt is finished: only what failed can be tried again');
        if (config.redisUrl !== null) return handToPlanners(known, store, { config, retry });
        await begin(path, retry, { ...options, started });
        return 'A process of this machine goes on with it; it ends with the dashboard.';
      }),
    close: async () => {
      const children = [...started.values()];
      for (const child of children) child.kill('SIGTERM');
      await Promise.race([
        Promise.all(children.map((child) => once(child, 'exit'))),
        delay(ENDS_WITHIN_MS, undefined, { ref: false }),
      ]);
      for (const child of started.values()) child.kill('SIGKILL');
    },
  };
}

const CANCELLED = 'Cancelled: whoever works on it stops within seconds.';

/** The run folder decides; a Redis that is away only leaves jobs that whoever takes them finds cancelled. */
async function withdraw(run: RunFile, store: RunStore, { redisUrl, redisPrefix }: ProcessConfig): Promise<string> {
  try {
    const redis = await connectRedis(redisUrl ?? '');
    try {
      await withdrawHunt({ redis, prefix: redisPrefix }, huntJobId(await nameHunt(run, store)));
    } finally {
      await redis.close();
    }
    return CANCELLED;
  } catch (error) {
    return `${CANCELLED} What waits of it in Redis could not be taken out: ${toAppError(error).message}.`;
  }
}

async function handToPlanners(
  known: RunFile,
  store: RunStore,
  { config, retry }: { readonly config: ProcessConfig; readonly retry: Retry },
): Promise<string> {
  const redis = await connectHunt(config, () => undefined);
  try {
    const run = retry.failed ? await reopenRun(store) : known;
    const startedAtMs = Date.now();
    await writeCustody(run, { store, config, command: 'resume', flags: {}, startedAtMs });
    const state = await redis.submit(run, { store, startedAtMs, partitions: 1, retry });
    const { planners } = (await redis.status(run, store)).processes;
    if (planners === 0) return `It waits in the queue: ${describeAbsence('planner', redis.place)}.`;
    return state === 'known' ? 'It is under way already: nothing was added.' : 'Handed to the planners.';
  } finally {
    await redis.close();
  }
}

interface Beginning extends DashboardActionsOptions {
  readonly started: Map<string, ChildProcess>;
}

/** Throws when the process ends at once. */
async function begin(
  path: string,
  retry: Retry,
  { place, config, env, storageFlags, started }: Beginning,
): Promise<void> {
  if (started.has(path)) throw new TransientError('RUN_EXISTS', 'a process of this dashboard has it already');
  const flags = [...storageFlags, ...(retry.failed ? ['--retry', 'failed'] : [])];
  const child = spawn(process.execPath, [COMMAND, '--quiet', 'resume', ...flags, '--', locationOf(place, path)], {
    cwd: config.cwd,
    env,
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  started.set(path, child);
  let said = '';
  child.stderr.on('data', (chunk: Buffer) => (said = (said + chunk.toString()).slice(-2000)));
  const ended = once(child, 'exit').finally(() => started.delete(path));
  const code = await Promise.race([
    ended.then(([found]) => found as number | null),
    delay(BEGINS_WITHIN_MS, 'running' as const, { ref: false }),
  ]);
  // What it could not read is told by the hunt itself.
  if (code === 'running' || code === 0 || code === 3) return;
  throw new AppError('RUN_UNFINISHED', said.trim() === '' ? `it ended with code ${String(code)}` : said.trim());
}

function locationOf(place: string, path: string): string {
  return path === '' ? place : `${place.replace(/\/$/, '')}/${path}`;
}
