// A hunt whose shards are done -> the reducers' queue, until the run folder says that it is finished.

import { ERROR_CODES, InputError, type ErrorCode } from '@coldhunt/core';
import { QUEUES, huntJobId, type HuntJob } from './jobs.ts';
import { addHuntJob, withQueue, type QueueAccess } from './submit-hunt.ts';

export interface FollowReductionOptions extends QueueAccess {
  readonly job: HuntJob;
  /** What the run folder says. */
  readonly isFinished: () => Promise<boolean>;
  readonly signal?: AbortSignal | undefined;
  /** What the reducer tells. */
  readonly onProgress?: ((progress: unknown) => void) | undefined;
  /** How often it is looked. Default 1000. */
  readonly lookEveryMs?: number | undefined;
}

const MAX_UNFINISHED = 3;

/** Throws what failed the reduction, and the signal's reason. Lost jobs are added again. */
export async function followReduction(options: FollowReductionOptions): Promise<void> {
  const { job, isFinished, signal, onProgress, lookEveryMs = 1000 } = options;
  const jobId = huntJobId(job.run_id, job.generation);
  await withQueue(options, QUEUES.reduce, async (queue) => {
    // What failed before is tried once more: something may have been mended since.
    if (await isFinished()) return;
    await addHuntJob(queue, job);
    let unfinished = 0;
    while (!(await isFinished())) {
      signal?.throwIfAborted();
      const known = await queue.getJob(jobId);
      const state = await known?.getState();
      onProgress?.(known?.progress);
      if (state === 'failed' && known !== undefined) throw toError(known.failedReason);
      if (state === 'completed' && !(await isFinished())) {
        unfinished += 1;
        if (unfinished > MAX_UNFINISHED)
          throw toError('INVARIANT: the reducer called the hunt finished, and its summary is missing');
      }
      if (state === undefined || state === 'unknown' || state === 'completed') await addHuntJob(queue, job);
      await rest(lookEveryMs, signal);
    }
  });
}

function toError(reason: string): InputError {
  const named = /^([A-Z_]+): ([\s\S]*)$/.exec(reason);
  const code = named?.[1];
  if (code === undefined || !Object.hasOwn(ERROR_CODES, code))
    return new InputError('INVARIANT', `the reducer failed: ${reason}`);
  return new InputError(code as ErrorCode, named?.[2] ?? reason);
}

/** Ends early when the signal says so. */
function rest(ms: number, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(done, ms);
    function done(): void {
      clearTimeout(timer);
      signal?.removeEventListener('abort', done);
      resolve();
    }
    signal?.addEventListener('abort', done, { once: true });
  });
}
