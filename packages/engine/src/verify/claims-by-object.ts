// Claims of alerts, object by object, each with what the plan pinned of it: both are in the order of URIs.

import { compareText } from '@coldhunt/core';
import type { SpillSorter } from '../reduce/spill-sorter.ts';
import type { Claim } from './alert-evidence.ts';
import { flatten, type PlannedObject } from './planned-objects.ts';

/** So many claims of one object are looked at together; more are looked at in turns. */
const CLAIMS_AT_ONCE = 10_000;

export interface ClaimedObject {
  readonly claims: readonly Claim[];
  /** null: the plan does not have it. */
  readonly planned: PlannedObject | null;
}

export async function* claimsByObject(
  claims: SpillSorter<Claim>,
  planned: SpillSorter<PlannedObject>,
): AsyncGenerator<ClaimedObject> {
  const objects = flatten(planned.sorted());
  let object = await objects.next();
  for await (const together of grouped(flatten(claims.sorted()))) {
    const { uri } = together[0] as Claim;
    while (object.done !== true && compareText(object.value.uri, uri) < 0) object = await objects.next();
    yield { claims: together, planned: object.done !== true && object.value.uri === uri ? object.value : null };
  }
}

async function* grouped(claims: AsyncGenerator<Claim>): AsyncGenerator<readonly Claim[]> {
  let held: Claim[] = [];
  for await (const claim of claims) {
    if (held[0] !== undefined && (held[0].uri !== claim.uri || held.length >= CLAIMS_AT_ONCE)) {
      yield held;
      held = [];
    }
    held.push(claim);
  }
  if (held.length > 0) yield held;
}
