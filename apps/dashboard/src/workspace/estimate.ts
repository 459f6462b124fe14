// plan/estimate.json -> what the hunt may cost. Nothing in a hunt rests on it, and nothing here either.

import type { RunStore } from '@coldhunt/core';
import { ESTIMATE_PATH, type Estimate } from '@coldhunt/engine';

/** Dollars. */
export interface Cost {
  readonly from: number;
  readonly to: number;
}

/** null: there is none that can be understood. */
export async function readEstimate(store: RunStore): Promise<Cost | null> {
  const bytes = await store.get(ESTIMATE_PATH);
  if (bytes === null) return null;
  try {
    const { cost } = JSON.parse(Buffer.from(bytes).toString('utf8')) as Partial<Estimate>;
    const { from, to } = cost?.total ?? {};
    return typeof from === 'number' && typeof to === 'number' ? { from, to } : null;
  } catch {
    return null;
  }
}
