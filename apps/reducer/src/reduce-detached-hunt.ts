// A planned hunt -> its shards handed out and followed, then reduced and reported. It goes on from whatever stands in the run folder.

import { AppError } from '@coldhunt/core';
import { MOST_MENDS, pendingShards, unlessCancelled, type HuntPhase } from '@coldhunt/engine';
import {
  followHunt,
  sharePartitions,
  withdrawHunt,
  type FollowEvent,
  type FollowProgress,
  type HuntJob,
  type PartitionJob,
  type QueueAccess,
} from '@coldhunt/queue';
import { openJobRun, type NamedRun } from '@coldhunt/queue/open-job-run';
import type { ProcessConfig } from '@coldhunt/runtime';
import { runAccess, withHunt } from './open-hunt.ts';
import { reduceInThread, type ReductionLimits } from './reduce-in-thread.ts';

export interface ReduceContext {
  readonly access: QueueAccess;
  readonly config: ProcessConfig;
  readonly limits: ReductionLimits;
  /** The id of the reducer's job. */
  readonly huntId: string;
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

/** Throws RUN_FORBIDDEN, RUN_CANCELLED, what following and reducing throw, and the signal's reason. */
export async function reduceDetachedHunt(job: HuntJob, context: ReduceContext): Promise<ReducedHunt> {
  const { access, config, huntId, signal } = context;
  const { store } = await openJobRun(referenceOf(job), runAccess(config));
  try {
    return await unlessCancelled(store, { signal }, (stop) => followAndReduce(job, { ...context, signal: stop }));
  } catch (error) {
    // Its shards wait for nobody any more; those under way leave their records.
    if (error instanceof AppError && error.code === 'RUN_CANCELLED') await withdrawHunt(access, huntId);
    throw error;
  } finally {
    await store.close?.();
  }
}

async function followAndReduce(job: HuntJob, context: ReduceContext): Promise<ReducedHunt> {
  for (let mends = 0; ; mends += 1) {
    const followed = await follow(job, context);
    if (!followed) return { state: 'settled', alerts: null, isComplete: null };
    try {
      return await reduce(job, context);
    } catch (error) {
      // What was damaged is taken away by then: its shards are handed out once more.
      if (!(error instanceof AppError) || error.code !== 'RUN_DAMAGED' || mends === MOST_MENDS) throw error;
    }
  }
}

/** Hands out what has no record until everything has one. False: the hunt is finished already, or has moved on. */
async function follow(job: HuntJob, context: ReduceContext): Promise<boolean> {
  const { access, config, huntId, signal, onProgress, onEvent } = context;
  const followed = await withHunt(referenceOf(job), config, async ({ run, store, plan }) => {
    await followHunt({
      ...access,
      store,
      runUri: job.run_uri,
      huntId,
      work: { run, plan, shards: () => pendingShards(store, plan.lines(), run.generation, job.retry) },
      weight: job.weight,
      signal,
      isKeptWhenStopped: true,
      onProgress: (scan) => onProgress({ phase: 'scan', scan }),
      onEvent,
    });
    return true;
  });
  return followed ?? false;
}

async function reduce(job: HuntJob, context: ReduceContext): Promise<ReducedHunt> {
  const { access, config, limits, huntId, signal, inTurn, onProgress } = context;
  // All reducers take parts, this one too; what they leave undone is made with the rest.
  if (job.partitions > 1) {
    onProgress({ phase: 'reduce' });
    await sharePartitions(access, job, { huntId, signal });
  }
  const task = { kind: 'hunt', startedAtMs: job.started_at_ms, partitions: job.partitions } as const;
  const onPhase = (phase: HuntPhase): void => {
    if (phase !== 'scan') onProgress({ phase });
  };
  const request = { config, reference: referenceOf(job), task, limits };
  const { summary } = await inTurn(() => reduceInThread(request, { signal, onPhase }));
  return { state: 'finished', alerts: summary?.alerts.count ?? null, isComplete: summary?.complete ?? null };
}

function referenceOf(job: HuntJob | PartitionJob): NamedRun {
  return { runUri: job.run_uri, runId: job.run_id, generation: job.generation };
}

/** One part of a hunt's reduction, for whoever shares it. Throws as `reduceDetachedHunt`. */
export async function reducePart(
  job: PartitionJob,
  { config, limits, signal, inTurn }: Pick<ReduceContext, 'config' | 'limits' | 'signal' | 'inTurn'>,
): Promise<void> {
  const reference = referenceOf(job);
  const task = { kind: 'part', number: job.number, of: job.of } as const;
  await inTurn(() => reduceInThread({ config, reference, task, limits }, { signal, onPhase: () => undefined }));
}
