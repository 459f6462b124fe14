// A part of a plan that is damaged or gone -> the same part, from the archive listed again: whether it is the same, its name says.

import { damagedPath, type RunStore } from '@coldhunt/core';
import { listPlan, type ListPlanOptions } from './list-plan.ts';
import type { PlanDone } from './output.ts';
import { PartWriter } from './write-parts.ts';

/**
 * Writes what can be had again of the parts that the plan names. An archive that has changed since gives other parts, which are not
 * written: the damage stays, and is told by whoever reads the plan. Nothing happens when the error is not about a part.
 */
export async function repairPlan(
  done: PlanDone,
  error: unknown,
  options: ListPlanOptions & { readonly store: RunStore },
): Promise<void> {
  const path = damagedPath(error);
  if (path === null || !done.parts.some((part) => path === `plan/${part}`)) return;
  const wanted = new Set(done.parts.map((part) => `plan/${part}`));
  const { store } = options;
  const writer = new PartWriter({
    ...store,
    putOnce: async (part, body) => {
      if (wanted.has(part)) await store.put(part, body);
      return 'exists';
    },
  });
  for await (const line of listPlan(options).lines()) await writer.add(line);
  await writer.finish();
}
