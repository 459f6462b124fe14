// A planned hunt -> its shards handed out and followed, then reduced and reported. It goes on from whatever stands in the run folder.

import { pendingShards, type HuntPhase } from '@coldhunt/engine';
import {
  followHunt,
  sharePartitions,
  type FollowEvent,
  type FollowProgress,
  type HuntJob,
  type PartitionJob,
  type QueueAccess,
} from '@coldhunt/queue';
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
type HuntProgress =
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
  // All reducers take parts, this one too; what they leave undone is made with the rest.
  if (job.partitions > 1) {
    onProgress({ phase: 'reduce' });
    await sharePartitions(access, job, { signal });
  }
  const task = { kind: 'hunt', startedAtMs: job.started_at_ms, partitions: job.partitions } as const;
  const onPhase = (phase: HuntPhase): void => {
    if (phase !== 'scan') onProgress({ phase });
  };
  const { alerts, isComplete } = await inTurn(() => reduceInThread({ config, reference, task }, { signal, onPhase }));
  return { state: 'finished', alerts, isComplete };
}

/** One part of a hunt's reduction, for whoever shares it. Throws as `reduceDetachedHunt`. */
export async function reducePart(
  job: PartitionJob,
  { config, signal, inTurn }: Pick<ReduceContext, 'config' | 'signal' | 'inTurn'>,
): Promise<void> {
  const reference = { runUri: job.run_uri, runId: job.run_id, generation: job.generation };
  const task = { kind: 'part', number: job.number, of: job.of } as const;
  await inTurn(() => reduceInThread({ config, reference, task }, { signal, onPhase: () => undefined }));
}
