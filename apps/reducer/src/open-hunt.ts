// A run that a job names -> the run and its plan, opened with this process's own credentials.

import type { RunStore } from '@coldhunt/core';
import { openRunStore } from '@coldhunt/archive';
import { finishedRun, readPlan, type Plan, type RunFile } from '@coldhunt/engine';
import { openJobRun, type NamedRun, type OpenJobRunOptions } from '@coldhunt/queue/open-job-run';
import type { ProcessConfig } from '@coldhunt/runtime';

export interface OpenHunt {
  readonly run: RunFile;
  readonly store: RunStore;
  readonly plan: Plan;
}

/** How this process opens the runs that jobs name. */
export function runAccess({ cwd, outS3, runsPrefix }: ProcessConfig): OpenJobRunOptions {
  return { openStore: (uri) => openRunStore(uri, { cwd, s3: outS3 }), runsPrefix };
}

/**
 * Calls `act` with the open run and closes it afterwards; gives null without a call when the run is finished or has moved on to a newer
 * generation. Throws as `openJobRun`, and RUN_UNFINISHED without a plan.
 */
export async function withHunt<T>(
  reference: NamedRun,
  config: ProcessConfig,
  act: (hunt: OpenHunt) => Promise<T>,
): Promise<T | null> {
  const { run, store } = await openJobRun(reference, runAccess(config));
  try {
    if (run.generation > reference.generation || (await finishedRun(store, run)) !== null) return null;
    return await act({ run, store, plan: await readPlan(store) });
  } finally {
    await store.close?.();
  }
}
