// `coldhunt plan`: the listings, added up and priced; nothing is written, no object is read.

import { estimatePlan, type Estimate, type MeasuredKind } from './estimate.ts';
import { listPlan, type ListPlanOptions, type ListedPlan } from './list-plan.ts';
import { BUILT_IN_PRICES, type Prices } from './prices.ts';
import { proposeLayouts, type LayoutProposal } from './propose-layout.ts';

export interface EstimateInput {
  /** Default: the built-in file. */
  readonly prices?: Prices | undefined;
  /** Cores that will scan. Default 1. */
  readonly workers?: number | undefined;
  readonly sample?: readonly MeasuredKind[] | undefined;
  /** A route of the price file, where it is known how bytes get to the scan. */
  readonly route?: string | undefined;
}

export interface PlanPreview {
  readonly estimate: Estimate;
  readonly archives: readonly {
    readonly uri: string;
    readonly layout: string | null;
    /** Where no layout was given: the ready ones that fit the keys. */
    readonly proposals: readonly LayoutProposal[];
  }[];
  readonly warnings: readonly string[];
}

export interface PreviewOptions extends ListPlanOptions, EstimateInput {
  /** Default: now. */
  readonly nowMs?: number;
}

/** Lists the archives and says what a hunt would take. Throws as `planHunt` does. */
export async function previewPlan(options: PreviewOptions): Promise<PlanPreview> {
  const listed = listPlan(options);
  const lines = listed.lines();
  // What a line says is in the sums.
  for (let step = await lines.next(); step.done !== true; step = await lines.next());
  return toPreview(listed, options);
}

/** The preview of a listing that is over. */
function toPreview(listed: ListedPlan, options: PreviewOptions): PlanPreview {
  const { nowMs = Date.now() } = options;
  return {
    estimate: estimateListed(listed, options),
    archives: listed.fits.map(({ archive, sample }) => ({
      uri: archive.uri,
      layout: archive.layout,
      proposals: archive.layout === null ? proposeLayouts(sample.keys, nowMs) : [],
    })),
    warnings: listed.warnings(),
  };
}

export function estimateListed(listed: ListedPlan, input: EstimateInput): Estimate {
  const { prices = BUILT_IN_PRICES, workers, sample, route } = input;
  return estimatePlan(listed.tally, {
    prices,
    shards: listed.shards,
    ...(workers === undefined ? {} : { workers }),
    ...(sample === undefined ? {} : { sample }),
    ...(route === undefined ? {} : { route }),
  });
}
