// A planner's part in schedules: each that rang is run in a thread of its own, so that sorting and rendering never stand in the way of locks.

import { Worker } from 'node:worker_threads';
import { InputError, InvariantError, TransientError, toAppError, type ErrorCode } from '@coldhunt/core';
import type { ScheduledNightsContext } from '@coldhunt/planner';
import type { ScheduleJob, ScheduleResult } from '@coldhunt/queue';
import type { ProcessConfig } from '@coldhunt/runtime';
import { lastNight, noteFailure, readWatch } from '@coldhunt/watch';
import { openServedWorkspace } from './schedules.ts';

/** How long a thread that was told to stop may take to give back its lease. */
const STOPS_WITHIN_MS = 5000;

export interface ScheduledRunRequest {
  readonly config: ProcessConfig;
  readonly job: ScheduleJob;
  /** How long the lease of its watch holds without a sign of life. */
  readonly leaseMs: number;
}

export type FromScheduledRun =
  | { readonly kind: 'told'; readonly text: string }
  | { readonly kind: 'done'; readonly result: ScheduleResult }
  | { readonly kind: 'thrown'; readonly name: string; readonly code: ErrorCode; readonly message: string };

/** Throws what the run threw, the signal's reason once the thread has stopped, and TransientError when the thread died. */
export async function runScheduled(
  request: ScheduledRunRequest,
  { signal, tell }: Pick<ScheduledNightsContext, 'signal' | 'tell'>,
): Promise<ScheduleResult> {
  signal.throwIfAborted();
  const { promise, resolve, reject } = Promise.withResolvers<ScheduleResult>();
  const worker = new Worker(new URL('scheduled-run-thread.ts', import.meta.url), { workerData: request });
  let timer: NodeJS.Timeout | undefined;
  const stop = (): void => {
    worker.postMessage('stop', []);
    timer = setTimeout(() => reject(signal.reason), STOPS_WITHIN_MS);
  };
  signal.addEventListener('abort', stop);
  worker.on('message', (message: FromScheduledRun) => {
    if (message.kind === 'told') tell(message.text);
    else if (message.kind === 'done') resolve(message.result);
    else reject(revive(message));
  });
  worker.on('error', (error) => reject(died(toAppError(error).message)));
  worker.on('exit', (code) => reject(died(`it ended with code ${code}`)));
  try {
    return await promise;
  } catch (error) {
    throw signal.aborted ? signal.reason : error;
  } finally {
    clearTimeout(timer);
    signal.removeEventListener('abort', stop);
    await worker.terminate();
  }
}

/** Writes into the history of the watch that its schedule rang in vain. Throws RUN_FORBIDDEN, and what its workspace throws. */
export async function noteGivenUp(job: ScheduleJob, config: ProcessConfig, error: unknown): Promise<void> {
  const known = toAppError(error);
  const workspace = await openServedWorkspace(job.workspace_uri, config);
  try {
    const watch = await readWatch(workspace);
    // Whoever has the lease writes what becomes of the nights.
    if (watch === null || known.code === 'WATCH_BUSY') return;
    const before = (await lastNight(workspace))?.to ?? watch.question.from;
    await noteFailure(workspace, { before, schedule: job.schedule, now: Date.now }, known);
  } finally {
    await workspace.close?.();
  }
}

function died(reason: string): TransientError {
  return new TransientError('INTERRUPTED', `the thread that ran the nights died: ${reason}`);
}

function revive({ name, code, message }: Extract<FromScheduledRun, { kind: 'thrown' }>): Error {
  if (name === 'InputError') return new InputError(code, message);
  if (name === 'TransientError') return new TransientError(code, message);
  return new InvariantError(code, message);
}
