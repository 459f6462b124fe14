// Listings -> plan/: parts are written while the listing streams, plan/done.json last. Its conditional create decides between two
// planners: the loser takes the winner's plan.

import {
  FORMAT_VERSION,
  InputError,
  InvariantError,
  SEMANTICS_REVISION,
  sealJson,
  type RunStore,
} from '@coldhunt/core';
import { runIdOf } from '../question/output.ts';
import { checkLimits, type PlanLimits } from './check-limits.ts';
import { listPlan, type ListPlanOptions, type ListedPlan } from './list-plan.ts';
import type { Plan, PlanDone } from './output.ts';
import { estimateListed, type EstimateInput } from './preview-plan.ts';
import { PLAN_DONE_PATH, findPlan, toPlan } from './read-plan.ts';
import { PartWriter } from './write-parts.ts';

/** What was expected of the hunt, for summary.json to stand beside what happened. */
export const ESTIMATE_PATH = 'plan/estimate.json';

export interface PlanHuntOptions extends ListPlanOptions, EstimateInput {
  readonly store: RunStore;
  /** Beyond these the plan is refused, and its parts are taken away. */
  readonly limits?: PlanLimits;
  /** When the listing begins, in milliseconds. Default: now. */
  readonly nowMs?: number;
}

/**
 * Makes the plan of a run, or reads the one that stands: nothing is listed twice. Throws InputError LAYOUT_INVALID, OPTION_INVALID,
 * URI_INVALID, PLAN_TOO_LARGE, what the sources throw, and RUN_INVALID or RUN_REVISION of a plan that stands.
 */
export async function planHunt(options: PlanHuntOptions): Promise<Plan> {
  const { store, nowMs = Date.now() } = options;
  const standing = await findPlan(store);
  if (standing !== null) return checkRun(standing, options);
  const listed = listPlan(options);
  const writer = new PartWriter(store);
  for await (const line of listed.lines()) await writer.add(line);
  const parts = await writer.finish();
  const estimate = estimateListed(listed, options);
  try {
    checkLimits(estimate, options.limits ?? {});
  } catch (error) {
    if ((await findPlan(store)) === null) await writer.discard();
    throw error;
  }
  await store.put(ESTIMATE_PATH, toJson(estimate));
  const done = toDone(options, listed, parts, nowMs);
  const body = sealJson(JSON.stringify(done, null, 2));
  if ((await store.putOnce(PLAN_DONE_PATH, body)) === 'created') return toPlan(store, done);
  const winner = await findPlan(store);
  if (winner === null) throw new InvariantError('INVARIANT', `${PLAN_DONE_PATH} exists and cannot be read`);
  return checkRun(winner, options);
}

function checkRun(plan: Plan, { question, store }: PlanHuntOptions): Plan {
  const runId = runIdOf(question);
  if (plan.done.run_id === runId) return plan;
  throw new InputError('RUN_INVALID', `the plan in ${store.uri} is that of run ${plan.done.run_id}, not of ${runId}`);
}

function toJson(value: object): Uint8Array {
  return Buffer.from(`${JSON.stringify(value, null, 2)}\n`);
}

function toDone({ question }: PlanHuntOptions, listed: ListedPlan, parts: readonly string[], nowMs: number): PlanDone {
  const { tally, shards } = listed;
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
    warnings: listed.warnings(),
  };
}
