// One alert -> the events that it rests on, fetched from the archive once more and held against the hashes that the alert names.

import { InvariantError, toAppError, type ObjectSource, type RunStore } from '@coldhunt/core';
import type { CompiledRule } from '@coldhunt/rules';
import { readPlan } from '../plan/output.ts';
import type { RunFile } from '../question/output.ts';
import { ScanPreparation } from '../scan/scan-context.ts';
import { claimsOf, type Claim } from './alert-evidence.ts';
import { findAlert } from './find-alert.ts';
import { findEvents, placeKey, type FindOptions } from './find-events.ts';
import { flatten, sortPlannedObjects, type PlannedObject } from './planned-objects.ts';

export interface ShowOptions {
  readonly run: RunFile;
  readonly store: RunStore;
  readonly rules: readonly CompiledRule[];
  /** One per archive of the question, in its order. */
  readonly sources: readonly ObjectSource[];
  readonly scratch: RunStore;
  /** The alert's id, or what it begins with: 8 characters and more that are of one alert only. */
  readonly uuid: string;
  readonly signal?: AbortSignal | undefined;
}

export interface ShownPiece {
  readonly claim: Claim;
  /** `held`: the bytes hash as the alert says · `wrong`: they do not · `missing`: they could not be had. */
  readonly state: 'held' | 'wrong' | 'missing';
  /** The event as one line, where it could be read. */
  readonly event: Uint8Array | null;
  /** What is wrong; empty where nothing is. */
  readonly message: string;
}

/** The alert's own event first, then its copies and what a threshold counted. Throws OPTION_INVALID for an id that is of no alert or several, RUN_UNFINISHED. */
export async function* showEvidence(options: ShowOptions): AsyncGenerator<ShownPiece> {
  const { run, store, rules, sources, scratch, signal } = options;
  const claims = claimsOf(await findAlert(store, options.uuid));
  const plan = await readPlan(store);
  const context = {
    ...new ScanPreparation({ run, rules }).contextOf({ rules: null }),
    listedAtMs: Date.parse(plan.done.listed_at),
  };
  const archives = run.question.archives.map(({ uri }) => uri);
  const planned = await sortPlannedObjects(plan, archives, scratch);
  const wanted = new Set(claims.map(({ uri }) => uri));
  const objects = new Map<string, PlannedObject>();
  for await (const object of flatten(planned.sorted())) if (wanted.has(object.uri)) objects.set(object.uri, object);
  await planned.clear();
  for (const claim of claims) {
    const object = objects.get(claim.uri);
    const source = sources[object?.archive ?? -1];
    if (object === undefined || object.etag !== claim.etag || source === undefined) {
      yield { claim, state: 'wrong', event: null, message: 'the plan does not have this version of the object' };
      continue;
    }
    const archiveIndex = run.question.archives[object.archive ?? -1]?.index ?? null;
    yield await showPiece(claim, { object, source, find: { context, archiveIndex, signal } });
  }
}

async function showPiece(
  claim: Claim,
  {
    object,
    source,
    find,
  }: { readonly object: PlannedObject; readonly source: ObjectSource; readonly find: FindOptions },
): Promise<ShownPiece> {
  const { uri, size, etag } = object;
  try {
    for await (const found of findEvents(source.open({ uri, size, etag: etag ?? '' }), [claim.place], find)) {
      const event = await found.event.bytes();
      const { sha256 } = found.coordinates;
      return sha256 === claim.sha256
        ? { claim, state: 'held', event, message: '' }
        : { claim, state: 'wrong', event, message: `its bytes hash to ${sha256}, the alert says ${claim.sha256}` };
    }
    return {
      claim,
      state: 'wrong',
      event: null,
      message: `no event that a rule of this run matches lies at ${placeKey(claim.place)}`,
    };
  } catch (error) {
    find.signal?.throwIfAborted();
    const known = toAppError(error);
    if (known instanceof InvariantError) throw known;
    return { claim, state: 'missing', event: null, message: `${known.message} (${known.code})` };
  }
}
