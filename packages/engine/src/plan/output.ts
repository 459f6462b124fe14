// plan/: the pinned listing, cut into shards.

import type { ByteRange, PinnedObject } from '@coldhunt/core';

export interface ShardObject extends PinnedObject {
  /** Index of the archive in the question. */
  readonly archive: number;
  /** null: the whole object. */
  readonly range: ByteRange | null;
  /** What the key says of its time, when the layout says that it is event time: hours that it covers. Milliseconds, [from, to). */
  readonly key_time: { readonly from: number; readonly to: number } | null;
  /** What the key says where it is no event time: first record or arrival. Absent: nothing. */
  readonly key_span?: { readonly from: number; readonly to: number };
}

export interface Shard {
  /** SHA-256 (hex, 32 digits) over pinned objects, ranges, rules and semantics_revision. */
  readonly id: string;
  /** Position in the plan: stable, for progress and refilling. */
  readonly sequence: number;
  readonly objects: readonly ShardObject[];
  /** Stored bytes that this shard owns. */
  readonly bytes: number;
  /** Ids of the rules that need this shard; null: all of the question. */
  readonly rules: readonly string[] | null;
}

export type SkipReason =
  | 'empty'
  | 'folder-marker'
  | 'not-events'
  | 'run-folder'
  | 'symbolic-link'
  | 'special-file'
  | 'read-before'
  | 'excluded'
  | 'time'
  | 'archived'
  | 'not-included';

export interface SkippedObject {
  readonly uri: string;
  readonly reason: SkipReason;
  readonly bytes: number;
  /** Where it may hold events, so that it can be waived. */
  readonly etag?: string;
}

/** A line of a plan part. */
export type PlanLine =
  | { readonly kind: 'shard'; readonly shard: Shard }
  | { readonly kind: 'skipped'; readonly object: SkippedObject };

/** plan/done.json. Its conditional create decides between two planners. */
export interface PlanDone {
  readonly format: number;
  readonly run_id: string;
  readonly semantics_revision: number;
  /** File names of the parts, in order. */
  readonly parts: readonly string[];
  readonly listed_at: string;
  readonly shards: number;
  readonly listed: { readonly objects: number; readonly bytes: number };
  readonly selected: { readonly objects: number; readonly bytes: number };
  readonly skipped: Readonly<Partial<Record<SkipReason, { readonly objects: number; readonly bytes: number }>>>;
  /** Keys that fit no template, layouts that pruned nothing, … */
  readonly warnings: readonly string[];
}

/** A plan that stands in a run folder. */
export interface Plan {
  readonly done: PlanDone;
  /** The lines in their order; may be read more than once. */
  lines(): AsyncIterable<PlanLine>;
}

export { checkLimits, type PlanLimits } from './check-limits.ts';
export { checkPlan } from './check-plan.ts';
export { type Estimate, type MeasuredKind } from './estimate.ts';
export { guessFormat } from './guess-format.ts';
export { previewPlan, type EstimateInput, type PlanPreview, type PreviewOptions } from './preview-plan.ts';
export { BUILT_IN_PRICES, checkRoute, parsePrices, pricesSchema, type Prices } from './prices.ts';
export { type LayoutProposal } from './propose-layout.ts';
export { checkArchives, type PlanProgress } from './list-plan.ts';
export { planDoneSchema, planLineSchema, shardSchema } from './output-schema.ts';
export { ESTIMATE_PATH, planHunt, type PlanHuntOptions } from './plan-hunt.ts';
export { repairPlan } from './repair-plan.ts';
export { findPlan, readPlan, readPlanPart } from './read-plan.ts';
