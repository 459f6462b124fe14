// One run folder -> what a list of hunts tells of it. Only small files and names are read; no event.
//
// run folder                                     state
// run.json cannot be read                        unreadable
// tombstone.json                                 pruned
// reports, coverage complete (with waivers)      done
// reports, coverage incomplete                   incomplete
// custody.json says that it was cancelled        cancelled
// custody.json says that it was given up         failed
// no plan                                        planning
// plan, some shards have no record               scanning
// plan, every shard has a record                 reducing

import { InputError, type RunStore } from '@coldhunt/core';
import {
  findGivenUp,
  findPlan,
  finishedRun,
  listShardMarks,
  readCustody,
  readRun,
  readTombstone,
  type GivenUp,
  type PlanDone,
  type RunFile,
  type ShardMark,
} from '@coldhunt/engine';
import { readEstimate, type Cost } from './estimate.ts';
import { readOutcome, type Outcome } from './outcome.ts';

export type HuntState =
  | 'planning'
  | 'scanning'
  | 'reducing'
  | 'cancelled'
  | 'failed'
  | 'done'
  | 'incomplete'
  | 'pruned'
  | 'unreadable';

interface ShardCounts {
  readonly total: number;
  /** With a record, of success or failure. */
  readonly recorded: number;
  readonly failed: number;
  /** Done after more than one try. */
  readonly retried: number;
}

export interface HuntView {
  readonly path: string;
  readonly uri: string;
  readonly state: HuntState;
  readonly run: Pick<RunFile, 'run_id' | 'generation' | 'question'> | null;
  readonly plan: PlanDone | null;
  readonly shards: ShardCounts;
  /** null: it is not finished, or its answer was taken away. */
  readonly outcome: Outcome | null;
  readonly cost: Cost | null;
  readonly givenUp: GivenUp | null;
  readonly asked: { readonly at: string; readonly ticket: string | null; readonly purpose: string | null } | null;
  readonly endedAt: string | null;
  /** Why it is unreadable, or its shards are. */
  readonly problem: string | null;
  readonly readAtMs: number;
  /** How long it took to read. Milliseconds. */
  readonly tookMs: number;
}

const NO_SHARDS: ShardCounts = { total: 0, recorded: 0, failed: 0, retried: 0 };

/** Whether nothing more happens to it by itself. */
export function isOver(state: HuntState): boolean {
  return state === 'done' || state === 'incomplete' || state === 'pruned' || state === 'unreadable';
}

/** A run that is damaged is `unreadable`; throws only what the storage throws. */
export async function readHunt(store: RunStore, path: string, now: () => number): Promise<HuntView> {
  const startedMs = now();
  const nothing = {
    path,
    uri: store.uri,
    run: null,
    plan: null,
    shards: NO_SHARDS,
    outcome: null,
    cost: null,
    givenUp: null,
    asked: null,
    endedAt: null,
    problem: null,
  };
  const timed = (view: Omit<HuntView, 'readAtMs' | 'tookMs'>): HuntView => ({
    ...view,
    readAtMs: now(),
    tookMs: now() - startedMs,
  });
  try {
    return timed({ ...nothing, ...(await readParts(store)) });
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    return timed({ ...nothing, state: 'unreadable', problem: `${error.message} (${error.code})` });
  }
}

async function readParts(store: RunStore): Promise<Partial<HuntView> & Pick<HuntView, 'state'>> {
  const run = await readRun(store);
  const custody = await readCustody(store).catch(() => null);
  const asked = custody?.asked.at(-1) ?? null;
  const known = { run, asked, endedAt: custody?.finished_at ?? null };
  const tombstone = await readTombstone(store);
  if (tombstone !== null) return { ...known, state: 'pruned' };
  const { plan, problem } = await readPlan(store);
  const isFinished = (await finishedRun(store, run)) !== null;
  if (plan === null && !isFinished) {
    if (problem !== null) throw problem;
    const givenUp = await findGivenUp(store, run);
    return { ...known, state: stoppedState(givenUp) ?? 'planning', givenUp };
  }
  const cost = await readEstimate(store);
  if (isFinished || plan === null) {
    const outcome = await readOutcome(store);
    return {
      ...known,
      state: outcome.complete ? 'done' : 'incomplete',
      plan,
      cost,
      outcome,
      problem: problem === null ? null : `${problem.message} (${problem.code})`,
      shards: { ...NO_SHARDS, total: plan?.shards ?? 0, recorded: plan?.shards ?? 0 },
    };
  }
  const givenUp = await findGivenUp(store, run);
  const shards = countMarks(await listShardMarks(store), plan.shards);
  const under = shards.recorded < shards.total ? 'scanning' : 'reducing';
  return { ...known, state: stoppedState(givenUp) ?? under, plan, cost, givenUp, shards };
}

/** The answer of an earlier version can be shown, and its plan cannot. */
async function readPlan(
  store: RunStore,
): Promise<{ readonly plan: PlanDone | null; readonly problem: InputError | null }> {
  try {
    return { plan: (await findPlan(store))?.done ?? null, problem: null };
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    return { plan: null, problem: error };
  }
}

function stoppedState(givenUp: GivenUp | null): 'cancelled' | 'failed' | null {
  if (givenUp === null) return null;
  return givenUp.code === 'RUN_CANCELLED' ? 'cancelled' : 'failed';
}

export function isRetried({ state, failedGeneration, tries }: Readonly<ShardMark>): boolean {
  return state === 'ok' && (failedGeneration !== null || tries > 1);
}

function countMarks(marks: ReadonlyMap<string, Readonly<ShardMark>>, total: number): ShardCounts {
  let [recorded, failed, retried] = [0, 0, 0];
  for (const mark of marks.values()) {
    if (mark.state !== null) recorded += 1;
    if (mark.state === 'failed') failed += 1;
    if (isRetried(mark)) retried += 1;
  }
  return { total, recorded: Math.min(recorded, total), failed, retried };
}
