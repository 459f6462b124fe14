// How far the run in a folder is, from the files that stand there.

import { openSeal, parseJson, type RunStore } from '@coldhunt/core';
import { z } from 'zod';
import type { RunFile } from './output.ts';

export interface FinishedRun {
  readonly listed_at: string;
  readonly objects: number;
}

const planSums = z.looseObject({ listed_at: z.string(), listed: z.looseObject({ objects: z.number() }) });
const reduction = z.looseObject({ generation: z.number(), run_id: z.string() });

/**
 * When the archive was listed and with how many objects, if the run is finished: its plan stands, it was reduced in its present
 * generation, and the last of its reports is written. Null otherwise: what a crash left is unfinished.
 */
export async function finishedRun(store: RunStore, run: RunFile): Promise<FinishedRun | null> {
  const plan = planSums.safeParse(await readJson(store, 'plan/done.json'));
  // What was pruned was finished, and is nothing to go on with.
  if (plan.success && (await store.get('tombstone.json')) !== null) {
    return { listed_at: plan.data.listed_at, objects: plan.data.listed.objects };
  }
  const reduced = reduction.safeParse(await readJson(store, 'reduce/done.json'));
  const isReduced = reduced.success && reduced.data.run_id === run.run_id && reduced.data.generation === run.generation;
  if (!plan.success || !isReduced || (await store.get('summary.json')) === null) return null;
  return { listed_at: plan.data.listed_at, objects: plan.data.listed.objects };
}

async function readJson(store: RunStore, path: string): Promise<unknown> {
  const bytes = await store.get(path);
  if (bytes === null) return null;
  try {
    return parseJson(openSeal(bytes, path));
  } catch {
    // Damaged: the stage that reads it in earnest says so. Here it only means that the run is not finished.
    return null;
  }
}
