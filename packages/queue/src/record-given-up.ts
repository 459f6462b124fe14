// A detached hunt that planner or reducer gave up -> the reason in its run folder, where it outlives Redis. An entry of its own, as
// `open-job-run`.

import type { AppError } from '@coldhunt/core';
import { writeGivenUp, type GivenUp } from '@coldhunt/engine';
import type { HuntJob } from './jobs.ts';
import { openJobRun, type OpenJobRunOptions } from './open-job-run.ts';

export interface GivingUp extends Omit<OpenJobRunOptions, 'mayOpen'> {
  readonly by: GivenUp['by'];
  readonly error: AppError;
}

/** What somebody cancelled stands there already. Throws what keeps the reason from being written: it may be the reason itself (a run folder that is gone, or may not be written). */
export async function recordGivenUp(job: HuntJob, { by, error, openStore, runsPrefix }: GivingUp): Promise<void> {
  if (error.code === 'RUN_CANCELLED') return;
  const { generation } = job;
  const { run, store } = await openJobRun(
    { runUri: job.run_uri, runId: job.run_id, generation },
    { openStore, runsPrefix },
  );
  try {
    // Who raised the generation has asked again: the reason is about an earlier try.
    if (run.generation > generation) return;
    const { code, message } = error;
    await writeGivenUp(store, run, { by, code, message, atMs: Date.now() });
  } finally {
    await store.close?.();
  }
}
