// `--max-bytes` and `--max-cost`: a plan that is larger is refused before the first object is read.

import { InputError, countOf } from '@coldhunt/core';
import type { Estimate } from './estimate.ts';

export interface PlanLimits {
  /** Stored bytes of the selected objects. */
  readonly maxBytes?: number | undefined;
  /** Dollars: the upper end of requests, retrieval, KMS and compute, and transfer by the route that was given, else the dearest. */
  readonly maxCost?: number | undefined;
}

/** Throws InputError PLAN_TOO_LARGE with the figures. */
export function checkLimits({ selected, cost, prices }: Estimate, { maxBytes, maxCost }: PlanLimits): void {
  const reasons: string[] = [];
  if (maxBytes !== undefined && selected.bytes > maxBytes) {
    reasons.push(
      `it reads ${countOf(selected.bytes, 'byte')} of ${countOf(selected.objects, 'object')}, --max-bytes allows ${maxBytes}`,
    );
  }
  if (maxCost !== undefined && cost.total.to > maxCost) {
    reasons.push(
      `it may cost $${cost.total.from} to $${cost.total.to} (prices of ${prices.date}), --max-cost allows $${maxCost}`,
    );
  }
  if (reasons.length === 0) return;
  throw new InputError(
    'PLAN_TOO_LARGE',
    `the plan is too large: ${reasons.join('; ')}. Nothing was read. Narrow the range, give a --layout, or raise the limit`,
    { details: { objects: selected.objects, bytes: selected.bytes, cost: cost.total, maxBytes, maxCost } },
  );
}
