// Each alert's evidence, read from the archive once more: the bytes must hash as the alert says, and its rule must match them now.

import { InvariantError, assertInvariant, toAppError, type ObjectSource } from '@coldhunt/core';
import type { SpillSorter } from '../reduce/spill-sorter.ts';
import type { ScanContext } from '../scan/scan-context.ts';
import { placeKey, findEvents, type FoundEvent } from './find-events.ts';
import type { Claim } from './alert-evidence.ts';
import { claimsByObject } from './claims-by-object.ts';
import type { Tell } from './finding.ts';
import type { PlannedObject } from './planned-objects.ts';

export interface CheckAlertsOptions {
  readonly claims: SpillSorter<Claim>;
  readonly planned: SpillSorter<PlannedObject>;
  /** One per archive of the question, in its order. */
  readonly sources: readonly ObjectSource[];
  readonly context: ScanContext;
  readonly tell: Tell;
  readonly signal?: AbortSignal | undefined;
}

/** Gives how many pieces of evidence hold. */
export async function checkAlerts(options: CheckAlertsOptions): Promise<number> {
  let held = 0;
  for await (const { claims, planned } of claimsByObject(options.claims, options.planned)) {
    held += await checkObject(claims, planned, options);
  }
  return held;
}

async function checkObject(
  all: readonly Claim[],
  planned: PlannedObject | null,
  { sources, context, tell, signal }: CheckAlertsOptions,
): Promise<number> {
  const say = (state: 'wrong' | 'unchecked', claim: Claim, message: string): void =>
    tell({ check: 'alert', state, where: claim.alert, message: `${claim.uri}, ${placeKey(claim.place)}: ${message}` });
  if (planned === null || planned.etag === null || planned.archive === null) {
    // What earlier nights of a watch have read may be gone by now.
    const isCarried = planned === null && (context.question.watch?.carried ?? null) !== null;
    for (const claim of all)
      if (isCarried) say('unchecked', claim, 'an earlier night has read this object, and it was not listed any more');
      else say('wrong', claim, 'the plan does not have this object');
    return 0;
  }
  const { uri, size, etag, archive } = planned;
  const claims = all.filter((claim) => {
    if (claim.etag !== etag) say('wrong', claim, `the plan pinned another version (ETag ${etag})`);
    return claim.etag === etag;
  });
  const source = sources[archive];
  assertInvariant(source !== undefined, `the plan names archive ${archive}, which the run does not have`);
  const open = Map.groupBy(claims, ({ place }) => placeKey(place));
  const archiveIndex = context.question.archives[archive]?.index ?? null;
  let held = 0;
  try {
    const places = [...open.values()].map(([claim]) => (claim as Claim).place);
    for await (const found of findEvents(source.open({ uri, size, etag }), places, { context, archiveIndex, signal })) {
      for (const claim of open.get(found.place) ?? []) {
        const wrong = contradictionOf(claim, found);
        if (wrong === null) held += 1;
        else say('wrong', claim, wrong);
      }
      open.delete(found.place);
    }
    for (const claim of [...open.values()].flat()) {
      say('wrong', claim, 'no event lies there that a rule of this run matches');
    }
  } catch (error) {
    signal?.throwIfAborted();
    const known = toAppError(error);
    if (known instanceof InvariantError) throw known;
    for (const claim of [...open.values()].flat()) say('unchecked', claim, `${known.message} (${known.code})`);
  }
  return held;
}

/** What the event does not bear out of the claim; null: it bears out all. */
function contradictionOf(claim: Claim, { coordinates, timeMs, hits }: FoundEvent): string | null {
  if (coordinates.sha256 !== claim.sha256) {
    return `its bytes hash to ${coordinates.sha256}, the alert says ${claim.sha256}`;
  }
  const own = hits.filter(({ rule, exception }) => rule.compiled.rule.rule_id === claim.rule_id && exception === null);
  if (own.length === 0) return `rule ${claim.rule_id} does not match the event`;
  if (claim.time_ms === null) return null;
  // For its rule, which has a time of its own in mode `parity`.
  const ownMs = own[0]?.timeMs ?? timeMs;
  if (ownMs !== claim.time_ms) return `its time is ${timeText(ownMs)}, the alert says ${timeText(claim.time_ms)}`;
  return own.some(({ place }) => place === 'range') ? null : 'its time lies outside the range of the run';
}

function timeText(ms: number | null): string {
  return ms === null || Number.isNaN(ms) ? 'none' : new Date(ms).toISOString();
}
