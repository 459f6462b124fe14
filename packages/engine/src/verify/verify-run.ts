// A finished run, read again: every file between its processes, its sums and alerts made anew from its records, and each alert's evidence
// fetched from the archive. Nothing is written into the run folder.

import { InputError, type ObjectSource, type RunStore } from '@coldhunt/core';
import type { CompiledRule } from '@coldhunt/rules';
import { readPlan } from '../plan/output.ts';
import { finishedRun, type RunFile } from '../question/output.ts';
import { readReduceDone } from '../reduce/read-reduce-done.ts';
import { ScanPreparation } from '../scan/scan-context.ts';
import { sortClaims } from './alert-evidence.ts';
import { checkAlerts } from './check-alerts.ts';
import { checkAnswer } from './check-answer.ts';
import { checkManifest } from './check-manifest.ts';
import { checkRecords } from './check-records.ts';
import { compareListing, type ListingChanges } from './compare-listing.ts';
import { readTombstone } from '../retention/tombstone.ts';
import type { Finding, Tell } from './finding.ts';
import { sortPlannedObjects } from './planned-objects.ts';
import { verifyPruned } from './verify-pruned.ts';

export interface VerifyOptions {
  readonly run: RunFile;
  readonly store: RunStore;
  /** The question's rules, compiled. */
  readonly rules: readonly CompiledRule[];
  /** One per archive of the question, in its order; null: the archives are not asked for anything. */
  readonly sources: readonly ObjectSource[] | null;
  /** Where sorting may spill, and what is made anew may lie: an empty place, which the caller takes away. */
  readonly scratch: RunStore;
  /** Fetch the evidence of each alert. Default: true. */
  readonly isEvidenceRead?: boolean;
  /** List the archives again. Default: false. */
  readonly isListingAgain?: boolean;
  /** Hash every file of the run and hold it against this manifest. Default: it is not. */
  readonly manifest?: AsyncIterable<Uint8Array>;
  readonly tell: Tell;
  readonly signal?: AbortSignal | undefined;
}

export interface Verification {
  /** `holds`; `wrong`: something does not; `unchecked`: what could be looked at does, and some could not. */
  readonly state: 'holds' | 'wrong' | 'unchecked';
  readonly wrong: number;
  readonly unchecked: number;
  /** Files that are what the manifest says; null: they were not held against one. */
  readonly files: number | null;
  /** Ledger records that hold, with their matches. */
  readonly records: number;
  /** Pieces of evidence that hold: of alerts, their copies, and what thresholds counted. null: not looked at. */
  readonly evidence: number | null;
  /** null: not listed again. */
  readonly listing: ListingChanges | null;
  /** When its event content was taken away: alerts and evidence are gone then. null: it was not. */
  readonly pruned_at: string | null;
}

/** Throws InputError RUN_UNFINISHED for a run without results, RUN_REVISION for one of other semantics, and what storage throws. */
export async function verifyRun(options: VerifyOptions): Promise<Verification> {
  const { run, store, rules, sources, scratch, signal } = options;
  if ((await finishedRun(store, run)) === null) {
    throw new InputError('RUN_UNFINISHED', `the run in ${store.uri} is not finished: there is nothing to verify yet`);
  }
  const counts = { wrong: 0, unchecked: 0 };
  const tell = (finding: Finding): void => {
    if (finding.state !== 'changed') counts[finding.state] += 1;
    options.tell(finding);
  };
  const tombstone = await readTombstone(store);
  if (tombstone !== null) {
    const kept = await verifyPruned({ run, store, tombstone, scratch, tell, signal });
    const held = counts.wrong > 0 ? 'wrong' : 'holds';
    const nothing = { records: 0, evidence: null, listing: null };
    return { state: held, ...counts, files: kept, ...nothing, pruned_at: tombstone.pruned_at };
  }
  const { manifest } = options;
  const files =
    manifest === undefined
      ? null
      : await checkManifest({ store, manifest, isPruned: () => false, scratch, tell, signal });
  const plan = await readPlan(store);
  const done = await readReduceDone(store);
  if (done === null) throw new InputError('RUN_UNFINISHED', `the run in ${store.uri} was not reduced`);
  const records = await checkRecords({ run, store, plan, tell, signal });
  // What the records come to means nothing while one of them does not hold.
  if (counts.wrong === 0) await checkAnswer({ run, rules, store, plan, done, scratch, tell, signal });
  const archives = run.question.archives.map(({ uri }) => uri);
  const planned = await sortPlannedObjects(plan, archives, scratch);
  const claims = await sortClaims(store, scratch);
  const context = {
    ...new ScanPreparation({ run, rules }).contextOf({ rules: null }),
    listedAtMs: Date.parse(plan.done.listed_at),
  };
  const isEvidenceRead = sources !== null && (options.isEvidenceRead ?? true);
  const evidence = !isEvidenceRead ? null : await checkAlerts({ claims, planned, sources, context, tell, signal });
  const listing =
    sources === null || options.isListingAgain !== true
      ? null
      : await compareListing({ planned, sources, scratch, tell, signal });
  await Promise.all([planned.clear(), claims.clear()]);
  const state = counts.wrong > 0 ? 'wrong' : counts.unchecked > 0 ? 'unchecked' : 'holds';
  return { state, ...counts, files, records, evidence, listing, pruned_at: null };
}
