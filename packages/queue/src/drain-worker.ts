// Closing a BullMQ worker also when Redis is gone. BullMQ waits for answers of a server that may never come back; who drains does not.
//
// jobs      Redis   what happens
// none      away    its connections are cut after a moment: nobody is asked any more
// run       away    they may end in the time they have; then as with none
// run       there   at the end of the time they are stopped and put back
// run on    away    at the end of the time they are stopped, and the connections cut: their locks run out, and others take them

import type { Worker } from 'bullmq';
import { STOP_WITHIN_MS } from './race-abort.ts';

/** The reason with which a job is stopped that goes back into the queue. */
const GIVE_BACK = 'give-back';

/** A server that is there has answered by then. */
const ANSWERS_WITHIN_MS = 3000;
/** BullMQ's own end, once its commands have failed. */
const ENDS_WITHIN_MS = 1000;
const LOOK_EVERY_MS = 50;

export interface DrainOptions {
  /** How long jobs may go on. */
  readonly timeoutMs: number;
  /** Whether a job is worked on; one whose end Redis is still to be told is not. */
  readonly isBusy: () => boolean;
  readonly isRedisAway: () => boolean;
  /** Ends the worker's connections: their commands fail. */
  readonly cut: () => void;
}

/** Takes no new job and resolves when none runs, at the latest some seconds after `timeoutMs`. The connections are cut then. */
export async function drainWorker(
  worker: Worker,
  { timeoutMs, isBusy, isRedisAway, cut }: DrainOptions,
): Promise<void> {
  const closed = worker.close();
  const startedAt = performance.now();
  let quietSince = startedAt;
  const mustCut = (): boolean => {
    const now = performance.now();
    const overMs = now - startedAt - timeoutMs;
    if (isBusy()) quietSince = now;
    if (overMs >= 0) worker.cancelAllJobs(GIVE_BACK);
    if (overMs >= 2 * STOP_WITHIN_MS || (overMs >= 0 && isRedisAway())) return true;
    return now - quietSince >= ANSWERS_WITHIN_MS;
  };
  while (!mustCut()) if (await settlesWithin(closed, LOOK_EVERY_MS)) break;
  cut();
  await settlesWithin(closed, ENDS_WITHIN_MS);
}

async function settlesWithin(promise: Promise<unknown>, ms: number): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<false>((resolve) => (timer = setTimeout(() => resolve(false), ms)));
  try {
    return await Promise.race([promise.then(() => true), late]);
  } finally {
    clearTimeout(timer);
  }
}
