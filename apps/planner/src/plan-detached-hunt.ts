// A detached hunt -> its plan, and then over to the reducers. A planner lists archives and puts plans; it never lists a run folder.

import type { ObjectSource } from '@coldhunt/core';
import { liesWithinPlaces, openRunStore } from '@coldhunt/archive';
import { planHunt, unlessCancelled, type PlanDone } from '@coldhunt/engine';
import type { HuntJob } from '@coldhunt/queue';
import { openJobRun, type OpenJobRunOptions } from '@coldhunt/queue/open-job-run';
import type { ProcessConfig } from '@coldhunt/runtime';
import { openListing } from './open-listing.ts';

export interface PlanContext {
  readonly config: ProcessConfig;
  readonly signal: AbortSignal;
  readonly onListed: (objects: number) => void;
}

/** How this process opens the runs that jobs name. */
export function runAccess({ cwd, outS3, runsPrefix, openable }: ProcessConfig): OpenJobRunOptions {
  return {
    openStore: (uri) => openRunStore(uri, { cwd, s3: outS3 }),
    runsPrefix,
    mayOpen: openable === null ? undefined : (uri) => liesWithinPlaces(uri, openable, cwd),
  };
}

/**
 * Gives the plan, made now or before; null when the run has moved on to a newer generation. Throws InputError RUN_FORBIDDEN,
 * RUN_CANCELLED, PLAN_TOO_LARGE and what listing throws.
 */
export async function planDetachedHunt(
  job: HuntJob,
  { config, signal, onListed }: PlanContext,
): Promise<PlanDone | null> {
  const reference = { runUri: job.run_uri, runId: job.run_id, generation: job.generation };
  const { run, store } = await openJobRun(reference, runAccess(config));
  let sources: readonly ObjectSource[] = [];
  try {
    if (run.generation > job.generation) return null;
    sources = openListing(run, config);
    const plan = await unlessCancelled(store, { signal }, (stop) =>
      planHunt({
        question: run.question,
        store,
        sources,
        signal: stop,
        prices: job.prices,
        route: job.route,
        limits: { maxBytes: job.limits.max_bytes, maxCost: job.limits.max_cost },
        progress: ({ objects }) => onListed(objects),
      }),
    );
    return plan.done;
  } finally {
    await Promise.all([store.close?.(), ...sources.map((source) => source.close?.())]);
  }
}
