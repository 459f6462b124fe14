// Listings -> plan/: parts are written while the listing streams, plan/done.json last. Its conditional create decides between two
// planners: the loser takes the winner's plan.

import { FORMAT_VERSION, InvariantError, SEMANTICS_REVISION, type RunStore } from '@coldhunt/core';
import { runIdOf } from '../question/output.ts';
import { listPlan, type ListPlanOptions, type ListedPlan } from './list-plan.ts';
import type { Plan, PlanDone } from './output.ts';
import { PLAN_DONE_PATH, findPlan, toPlan } from './read-plan.ts';
import { PartWriter } from './write-parts.ts';

export interface PlanHuntOptions extends ListPlanOptions {
  readonly store: RunStore;
  /** When the listing begins, in milliseconds. Default: now. */
  readonly nowMs?: number;
}

/**
 * Makes the plan of a run, or reads the one that stands: nothing is listed twice. Throws InputError LAYOUT_INVALID, OPTION_INVALID,
 * URI_INVALID, what the sources throw, and RUN_INVALID or RUN_REVISION of a plan that stands.
 */
export async function planHunt(options: PlanHuntOptions): Promise<Plan> {
  const { store, nowMs = Date.now() } = options;
  const standing = await findPlan(store);
  if (standing !== null) return standing;
  const listed = listPlan(options);
  const writer = new PartWriter(store);
  for await (const line of listed.lines()) await writer.add(line);
  const done = toDone(options, listed, await writer.finish(), nowMs);
  const body = Buffer.from(`${JSON.stringify(done, null, 2)}\n`);
  if ((await store.putOnce(PLAN_DONE_PATH, body)) === 'created') return toPlan(store, done);
  const winner = await findPlan(store);
  if (winner === null) throw new InvariantError('INVARIANT', `${PLAN_DONE_PATH} exists and cannot be read`);
  return winner;
}

function toDone({ question }: PlanHuntOptions, listed: ListedPlan, parts: readonly string[], nowMs: number): PlanDone {
  const { tally, fits, shards } = listed;
  const isBounded = question.from !== null || question.to !== null;
  return {
    format: FORMAT_VERSION,
    run_id: runIdOf(question),
    semantics_revision: SEMANTICS_REVISION,
    parts,
    listed_at: new Date(nowMs).toISOString(),
    shards,
    listed: tally.listed,
    selected: tally.selected,
    skipped: tally.skipped,
    warnings: fits.flatMap((fit) => fit.warnings(isBounded)),
  };
}
