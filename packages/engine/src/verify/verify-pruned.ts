// A run whose event content was taken away on purpose: what is left must be what its manifest says, and the manifest the one that the
// tombstone names. Alerts and evidence are gone and are not spoken of.

import type { RunStore } from '@coldhunt/core';
import { z } from 'zod';
import type { RunFile } from '../question/output.ts';
import { readPlan } from '../plan/output.ts';
import { hashFile } from '../report/manifest.ts';
import { holdsEventContent, type Tombstone } from '../retention/tombstone.ts';
import { checkManifest } from './check-manifest.ts';
import type { Tell } from './finding.ts';

const sums = z.object({
  listed: z.number(),
  selected: z.number(),
  scanned: z.number(),
  skipped: z.number(),
  failed: z.number(),
});
const coverageFile = z.object({ state: z.string(), run_id: z.string(), objects: sums, bytes: sums });

export interface VerifyPrunedOptions {
  readonly run: RunFile;
  readonly store: RunStore;
  readonly tombstone: Tombstone;
  readonly scratch: RunStore;
  readonly tell: Tell;
  readonly signal?: AbortSignal | undefined;
}

/** Gives how many files of the manifest hold, those that went with the rest. */
export async function verifyPruned({
  run,
  store,
  tombstone,
  scratch,
  tell,
  signal,
}: VerifyPrunedOptions): Promise<number> {
  const wrong = (where: string, message: string): void => tell({ check: 'file', state: 'wrong', where, message });
  if (tombstone.run_id !== run.run_id) wrong('tombstone.json', `it is that of run ${tombstone.run_id}`);
  const { sha256 } = await hashFile(store, 'manifest.json');
  if (sha256 !== tombstone.manifest_sha256) {
    wrong('manifest.json', `it hashes to ${sha256}, the tombstone says ${tombstone.manifest_sha256}`);
  }
  const plan = await readPlan(store);
  for await (const line of plan.lines()) void line;
  const bytes = await store.get('coverage.json');
  const coverage = coverageFile.safeParse(bytes === null ? null : JSON.parse(Buffer.from(bytes).toString()));
  if (!coverage.success) wrong('coverage.json', 'it is gone, or cannot be understood');
  else {
    const { objects, state } = coverage.data;
    const isSum =
      objects.listed === objects.selected + objects.skipped && objects.selected === objects.scanned + objects.failed;
    if (!isSum || objects.listed !== plan.done.listed.objects)
      wrong('coverage.json', 'its objects do not add up to those of the plan');
    if (state !== tombstone.coverage) wrong('coverage.json', `it says ${state}, the tombstone ${tombstone.coverage}`);
  }
  const manifest = store.stream('manifest.json');
  const isPruned = ({ path }: { readonly path: string }): boolean => holdsEventContent(path);
  return checkManifest({ store, manifest, isPruned, scratch, tell, signal });
}
