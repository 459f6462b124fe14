// A whole hunt: plan -> scan -> reduce -> report. Who scans the shards (threads, a queue) is the caller's; everything else is here,
// so that every way of running gives the same files.

import { damagedPath, type ObjectSource, type RunStore } from '@coldhunt/core';
import type { CompiledRule } from '@coldhunt/rules';
import {
  planHunt,
  repairPlan,
  type Plan,
  type PlanLimits,
  type PlanProgress,
  type Prices,
  type Shard,
} from '../plan/output.ts';
import type { RunFile } from '../question/output.ts';
import type { CanaryFile, CanaryOptions } from '../canary/fly-canaries.ts';
import type { SidesCompared } from '../compare/compare-sides.ts';
import { completeCustody } from '../custody/custody-file.ts';
import type { AlertBuilder } from '../reduce/output.ts';
import { writeNearMisses } from '../reduce/write-near-misses.ts';
import { reduceHunt, type Reduction } from '../reduce/reduce-hunt.ts';
import type { SummaryFile } from '../report/output.ts';
import { writeReports } from '../report/write-reports.ts';
import { objectHashes } from './object-hashes.ts';
import { MOST_MENDS, mendRun } from './mend-run.ts';
import { collectPageMatches } from './page-matches.ts';
import { measureEffort } from './measure-effort.ts';
import { NO_RETRY, pendingShards, type Retry } from './pending-shards.ts';

/** What is to be scanned. `shards` may be read more than once and gives only those without a record at that moment. */
export interface ShardWork {
  readonly run: RunFile;
  readonly plan: Plan;
  shards(): AsyncIterable<Shard>;
}

export type HuntPhase = 'plan' | 'scan' | 'reduce' | 'report' | 'done';

export interface FinishOptions {
  readonly run: RunFile;
  /** The question's rules, compiled. */
  readonly rules: readonly CompiledRule[];
  readonly store: RunStore;
  /** Default: the documents of semantics.md 3 and cli.md. */
  readonly buildAlert?: AlertBuilder;
  /** How many parts the reduction is cut into. Default 1. */
  readonly partitions?: number;
  /** Shards without a record count as failed instead of stopping the reduction. */
  readonly isFinal?: boolean;
  /** How much text each sort of the reduction holds in memory. */
  readonly memoryChars?: number;
  /** When the hunt began, in milliseconds, for summary.json. Default: now. */
  readonly startedAtMs?: number;
  readonly signal?: AbortSignal;
  readonly onPhase?: (phase: HuntPhase) => void;
}

export interface HuntOptions extends FinishOptions {
  /** One per archive of the question, in its order: what is listed when no plan stands yet. */
  readonly sources: readonly ObjectSource[];
  readonly onListing?: (progress: PlanProgress) => void;
  /** A larger plan is refused before any object is read. */
  readonly limits?: PlanLimits;
  /** Default: the built-in file. */
  readonly prices?: Prices | undefined;
  /** How bytes get to the scan, for the estimate: a route of the price file. */
  readonly route?: string | undefined;
  /** Cores that scan, for the estimate. Default 1. */
  readonly workers?: number;
  /** Scans shards until each has a record; what it cannot scan it records with `failShard`. */
  readonly runShards: (work: ShardWork) => Promise<void>;
  /** Which failures of earlier generations are tried again. Default: none. */
  readonly retry?: Retry;
}

export interface HuntResult extends Reduction {
  readonly plan: Plan;
  readonly summary: SummaryFile;
}

/** Runs a hunt, or what is left of one. Throws what its stages throw; a stopped hunt goes on from its records. */
export function runHunt(options: HuntOptions): Promise<HuntResult> {
  return runHuntUpTo(options, finishHunt);
}

/** As `runHunt`, with somebody else to reduce and report (as `finishHunt` does). */
export async function runHuntUpTo<Answer>(
  options: HuntOptions,
  finishIt: (plan: Plan, options: FinishOptions) => Promise<Answer>,
): Promise<Answer> {
  const startedAtMs = options.startedAtMs ?? Date.now();
  options.onPhase?.('plan');
  const { run, store, sources, retry = NO_RETRY } = options;
  const plan = await planHunt({
    question: run.question,
    store,
    sources,
    nowMs: startedAtMs,
    signal: options.signal,
    progress: options.onListing,
    prices: options.prices,
    route: options.route,
    ...(options.limits === undefined ? {} : { limits: options.limits }),
    ...(options.workers === undefined ? {} : { workers: options.workers }),
  });
  const work = { run, plan, shards: () => pendingShards(store, plan.lines(), run.generation, retry) };
  for (let mends = 0; ; mends += 1) {
    options.signal?.throwIfAborted();
    options.onPhase?.('scan');
    try {
      await options.runShards(work);
      options.signal?.throwIfAborted();
      return await finishIt(plan, { ...options, startedAtMs });
    } catch (error) {
      if (damagedPath(error) === null || mends === MOST_MENDS) throw error;
      await mendRun(store, error);
      await repairPlan(plan.done, error, { question: run.question, store, sources, signal: options.signal });
    }
  }
}

/**
 * Reduces and reports a hunt whose shards all have a record. Throws InputError RUN_DAMAGED for a file that does not hold what was
 * written: what was made from the archive is taken away then, so that scanning what has no record and finishing once more mends it.
 */
export async function finishHunt(plan: Plan, options: FinishOptions): Promise<HuntResult> {
  try {
    return await finish(plan, options);
  } catch (error) {
    await mendRun(options.store, error);
    throw error;
  }
}

async function finish(plan: Plan, options: FinishOptions): Promise<HuntResult> {
  const { run, store, startedAtMs = Date.now() } = options;
  options.onPhase?.('reduce');
  const { reduction, sides } = await reduceSides({ ...options, plan });
  options.onPhase?.('report');
  const canary = run.canary === true ? await fly({ ...options, plan }) : null;
  if (run.near_misses !== undefined) await writeNearMisses({ run, store, plan, most: run.near_misses });
  await completeCustody(store, run, plan);
  const summary = await writeReports(store, {
    run,
    plan: plan.done,
    coverage: reduction.coverage,
    reduce: reduction.done,
    tallies: reduction.tallies,
    effort: await measureEffort(store, { seconds: (Date.now() - startedAtMs) / 1000, tallies: reduction.tallies }),
    estimate: await readEstimate(store),
    canary,
    matches: await collectPageMatches({
      run,
      store,
      plan,
      signal: options.signal,
      matches: reduction.coverage.matches,
    }),
    ...(sides === null ? {} : { comparison: sides }),
    ...(run.hash_objects === true ? { objects: objectHashes(run, store, plan) } : {}),
  });
  options.onPhase?.('done');
  return { ...reduction, plan, summary };
}

async function readEstimate(store: RunStore): Promise<unknown> {
  const bytes = await store.get('plan/estimate.json');
  if (bytes === null) return null;
  try {
    return JSON.parse(Buffer.from(bytes).toString('utf8'));
  } catch {
    // It is shown beside what happened, and nothing rests on it.
    return null;
  }
}

/** In mode `both` with the live side of the hunt, and what differs: other hunts do not pay for it. */
async function reduceSides(
  options: FinishOptions & { readonly plan: Plan },
): Promise<{ readonly reduction: Reduction; readonly sides: SidesCompared | null }> {
  if (options.run.question.mode !== 'both') return { reduction: await reduceHunt(options), sides: null };
  const { reduceLiveSide } = await import('../reduce/live-side.ts');
  const { compareSides } = await import('../compare/compare-sides.ts');
  const { SideAlerts } = await import('../compare/side-alerts.ts');
  const alerts = new SideAlerts(options.store, options.memoryChars);
  const reduction = await reduceHunt({ ...options, onAlert: (alert) => alerts.add('a', alert) });
  const { examined } = reduction;
  await reduceLiveSide({ ...options, examined, onAlert: (alert) => alerts.add('b', alert) });
  return { reduction, sides: await compareSides({ ...options, alerts }) };
}

/** With the writers of its forms: other hunts do not pay for them. */
async function fly(options: CanaryOptions): Promise<CanaryFile> {
  const { flyCanaries } = await import('../canary/fly-canaries.ts');
  return flyCanaries(options);
}
