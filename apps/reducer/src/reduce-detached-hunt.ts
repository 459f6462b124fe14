// A planned hunt -> its shards handed out and followed, then reduced and reported. It goes on from whatever stands in the run folder.

import { pendingShards } from '@coldhunt/engine';
import { followHunt, type FollowEvent, type FollowProgress, type HuntJob, type QueueAccess } from '@coldhunt/queue';
import type { ProcessConfig } from '@coldhunt/runtime';
import { withHunt } from './open-hunt.ts';
import { reduceInThread } from './reduce-in-thread.ts';

export interface ReduceContext {
  readonly access: QueueAccess;
  readonly config: ProcessConfig;
  readonly signal: AbortSignal;
  /** Waits for this process's turn to reduce: only one hunt takes its memory at a time. */
  readonly inTurn: <T>(act: () => Promise<T>) => Promise<T>;
  readonly onProgress: (progress: HuntProgress) => void;
  readonly onEvent: (event: FollowEvent) => void;
}

/** What `coldhunt status` shows of a hunt that is followed or reduced. */
export type HuntProgress =
  | { readonly phase: 'scan'; readonly scan: FollowProgress }
  | { readonly phase: 'plan' | 'reduce' | 'report' | 'done' };

export interface ReducedHunt {
  /** `settled`: it was finished already, or has moved on to a newer generation. */
  readonly state: 'finished' | 'settled';
  readonly alerts: number | null;
  readonly isComplete: boolean | null;
}

/** Throws RUN_FORBIDDEN, what following and reducing throw, and the signal's reason. */
export async function reduceDetachedHunt(job: HuntJob, context: ReduceContext): Promise<ReducedHunt> {
  const { access, config, signal, inTurn, onProgress, onEvent } = context;
  const reference = { runUri: job.run_uri, runId: job.run_id, generation: job.generation };
  const followed = await withHunt(reference, config, async ({ run, store, plan }) => {
    await followHunt({
      ...access,
      store,
      work: { run, plan, shards: () => pendingShards(store, plan.lines(), run.generation, job.retry) },
      weight: job.weight,
      signal,
      isKeptWhenStopped: true,
      onProgress: (scan) => onProgress({ phase: 'scan', scan }),
      onEvent,
    });
    return 'followed';
  });
  if (followed === null) return { state: 'settled', alerts: null, isComplete: null };
  const { alerts, isComplete } = await inTurn(() =>
    reduceInThread(
      { config, reference, startedAtMs: job.started_at_ms, partitions: job.partitions },
      { signal, onPhase: (phase) => phase !== 'scan' && onProgress({ phase }) },
    ),
  );
  return { state: 'finished', alerts, isComplete };
}
