// How far a hunt is: the run folder says what is done, and the Redis that is named says who works on it and what went wrong.
//
// run folder    planner or reducer             state
// reports       -                              finished
// no reports    gave the hunt up               failed; custody.json says so where no Redis does
// no plan       -                              planning
// plan          -                              scanning, then reducing when every shard has a record

import { ERROR_CODES, type ErrorCode, type RunStore } from '@coldhunt/core';
import { findGivenUp, findPlan, finishedRun, listRecords, readRun, type RunFile } from '@coldhunt/engine';
import type { HuntStatus } from '@coldhunt/queue';
import type { QueuePlace } from './describe-absence.ts';
import type { RedisHunt } from './redis-hunt.ts';

export interface Failure {
  /** `person`: somebody cancelled it. */
  readonly by: 'planner' | 'reducer' | 'person';
  readonly code: ErrorCode | null;
  readonly message: string;
  /** When, where the run folder tells of it. */
  readonly at?: string | undefined;
}

export interface QueueStatus extends HuntStatus, QueuePlace {
  /** Whether a planner or reducer has the hunt, or it waits for one. */
  readonly is_known: boolean;
  /** It was given up for this. */
  readonly failure: Failure | null;
  /** It is tried again after this. */
  readonly trouble: Failure | null;
}

export interface Status {
  readonly run_id: string;
  readonly state: 'planning' | 'scanning' | 'reducing' | 'finished' | 'failed';
  readonly generation: number;
  readonly shards: { readonly total: number; readonly done: number; readonly failed: number };
  readonly bytes: number;
  readonly listed_at: string | null;
  /** Why planner or reducer gave it up, as the queue says or else the run folder. */
  readonly failure: Failure | null;
  /** null: no Redis is named. */
  readonly queue: QueueStatus | null;
}

/** Lists the run folder: dear for a large one. Throws as `readRun`, and what Redis throws. */
export async function readStatus(store: RunStore, redis: RedisHunt | null): Promise<Status> {
  const run = await readRun(store);
  const plan = await findPlan(store);
  const queue = redis === null ? null : await readQueueStatus(redis, run, store);
  const failure = await findFailure(store, run, queue);
  const base = { run_id: run.run_id, generation: run.generation, failure, queue };
  const isFailed = failure !== null;
  if (plan === null) {
    const state = isFailed ? 'failed' : 'planning';
    return { ...base, state, shards: { total: 0, done: 0, failed: 0 }, bytes: 0, listed_at: null };
  }
  const records = [...(await listRecords(store)).values()];
  const { shards: total, selected, listed_at } = plan.done;
  const under = records.length < total ? 'scanning' : 'reducing';
  const isFinished = (await finishedRun(store, run)) !== null;
  return {
    ...base,
    state: isFinished ? 'finished' : isFailed ? 'failed' : under,
    failure: isFinished ? null : failure,
    shards: { total, done: records.length, failed: records.filter(({ state }) => state === 'failed').length },
    bytes: selected.bytes,
    listed_at,
  };
}

/** The run folder keeps the reason when Redis has lost it; a hunt that somebody has again is not given up. */
export async function findFailure(store: RunStore, run: RunFile, queue: QueueStatus | null): Promise<Failure | null> {
  if (queue !== null && (queue.is_known || queue.failure !== null)) return queue.failure;
  const found = await findGivenUp(store, run);
  if (found === null) return null;
  const { by, code, message, at } = found;
  return { by, code: isCode(code) ? code : null, message, at };
}

function isCode(text: string): text is ErrorCode {
  return Object.hasOwn(ERROR_CODES, text);
}

export async function readQueueStatus(redis: RedisHunt, run: RunFile, store: RunStore): Promise<QueueStatus> {
  const status = await redis.status(run, store);
  const jobs = (['reducer', 'planner'] as const).map((by) => ({ by, job: status[by] }));
  const told = (wanted: 'failed' | 'delayed'): Failure | null => {
    const found = jobs.find(({ job }) => job?.state === wanted && (wanted === 'failed' || job.failure !== null));
    if (found === undefined) return null;
    return { by: found.by, code: null, message: 'no reason was told', ...found.job?.failure };
  };
  const isKnown = jobs.some(({ job }) => job !== null && ['waiting', 'active', 'delayed'].includes(job.state));
  return {
    ...status,
    ...redis.place,
    is_known: isKnown,
    failure: isKnown ? null : told('failed'),
    trouble: told('delayed'),
  };
}
