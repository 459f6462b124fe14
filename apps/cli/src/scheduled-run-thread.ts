// The thread in which a planner runs the due nights of a watch: the same as `coldhunt watch run --redis`, at most some nights at a time.

import { parentPort, workerData } from 'node:worker_threads';
import { InvariantError, TransientError, toAppError } from '@coldhunt/core';
import type { ScheduleResult } from '@coldhunt/queue';
import { readSchedule, type Schedule } from '@coldhunt/watch';
import { openSinks } from './open-sinks.ts';
import { connectHunt } from './redis-hunt.ts';
import { requireWatch, runWatch, type OpenNight } from './run-watch.ts';
import { openServedWorkspace } from './schedules.ts';
import type { FromScheduledRun, ScheduledRunRequest } from './scheduled-run.ts';

/** What was missed is caught up in pieces: a watch that lies a year behind does not keep others waiting. */
const NIGHTS_A_PIECE = 7;

if (parentPort === null) throw new InvariantError('INVARIANT', 'scheduled-run-thread.ts runs as a worker thread only');
const port = parentPort;
const { config, job, leaseMs } = workerData as ScheduledRunRequest;
const stopping = new AbortController();
port.once('message', () => stopping.abort(new TransientError('INTERRUPTED', 'the planner stops; another goes on')));

try {
  say({ kind: 'done', result: await runDue() });
} catch (error) {
  const { name, code, message } = toAppError(stopping.signal.aborted ? stopping.signal.reason : error);
  say({ kind: 'thrown', name, code, message });
}

async function runDue(): Promise<ScheduleResult> {
  const workspace = await openServedWorkspace(job.workspace_uri, config);
  try {
    // What is run, and whether, stands in the workspace.
    const schedule = await readSchedule(workspace);
    if (schedule?.name !== job.schedule) return left(`${workspace.uri} has no schedule ${job.schedule}`);
    if (schedule.paused) return left(`the schedule ${job.schedule} is paused`);
    const watch = await requireWatch(workspace);
    const redis = await connectHunt(config, tell);
    try {
      const { nights, alerts, isComplete, hasMore } = await runWatch({
        workspace,
        watch,
        config,
        sinks: openSinks(watch.sinks, config, { env: process.env, stdout: process.stdout }),
        acceptIncomplete: schedule.accept_incomplete,
        schedule: schedule.name,
        most: NIGHTS_A_PIECE,
        leaseMs,
        signal: stopping.signal,
        tell,
        hunt: (night) => hunt(night, redis, schedule),
      });
      return { state: isComplete ? 'done' : 'incomplete', nights, alerts, more: hasMore };
    } finally {
      await redis.close();
    }
  } finally {
    await workspace.close?.();
  }
}

async function hunt(
  { store, stages }: OpenNight,
  redis: Awaited<ReturnType<typeof connectHunt>>,
  { weight }: Schedule,
): Promise<void> {
  await stages({
    startedAtMs: Date.now(),
    partitions: 1,
    signal: stopping.signal,
    runShards: (work) => redis.runShards(work, { store, signal: stopping.signal, weight, onProgress: () => undefined }),
  });
}

function left(why: string): ScheduleResult {
  tell(`${why}: nothing was run`);
  return { state: 'left', nights: 0, alerts: 0, more: false };
}

function tell(text: string): void {
  say({ kind: 'told', text });
}

function say(message: FromScheduledRun): void {
  port.postMessage(message);
}
