// Whether a hunt can be planned at all: asked before the answer of an earlier one is thrown away for it.

import { checkLimits, type PlanLimits } from './check-limits.ts';
import { checkArchives, type ListPlanOptions } from './list-plan.ts';
import { previewPlan, type EstimateInput } from './preview-plan.ts';

export interface CheckPlanOptions extends ListPlanOptions, EstimateInput {
  readonly limits: PlanLimits;
}

/**
 * Begins the listing of every archive; with limits it goes through all of it. Throws as `planHunt` does. Nothing is written, no object is
 * read.
 */
export async function checkPlan(options: CheckPlanOptions): Promise<void> {
  const { question, sources, signal, limits } = options;
  checkArchives(question);
  if (limits.maxBytes !== undefined || limits.maxCost !== undefined) {
    checkLimits((await previewPlan(options)).estimate, limits);
    return;
  }
  for (const source of sources) {
    const pages = source.list(signal)[Symbol.asyncIterator]();
    await pages.next();
    await pages.return?.();
  }
}
