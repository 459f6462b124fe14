// The objects of a plan in the order of their URIs, each once: what alerts and listings are held against, in bounded memory.

import { compareText, type RunStore } from '@coldhunt/core';
import type { Plan, PlanLine } from '../plan/output.ts';
import { liesWithin } from '../question/output.ts';
import { SpillSorter } from '../reduce/spill-sorter.ts';

export interface PlannedObject {
  readonly uri: string;
  readonly size: number;
  /** null: the plan passed it over, and tells its size only. */
  readonly etag: string | null;
  /** Index of the archive; null where it was passed over. */
  readonly archive: number | null;
}

/** `archives`: their URIs, in the order of the question. Whoever calls clears the sorter. */
export async function sortPlannedObjects(
  plan: Plan,
  archives: readonly string[],
  scratch: RunStore,
): Promise<SpillSorter<PlannedObject>> {
  const sorter = new SpillSorter<PlannedObject>(scratch, {
    compare: (a, b) => compareText(a.uri, b.uri),
    encode: (object) => JSON.stringify(object),
    decode: (line) => JSON.parse(line) as PlannedObject,
  });
  for await (const line of plan.lines()) for (const object of objectsOf(line, archives)) await sorter.add(object);
  return sorter;
}

function* objectsOf(line: PlanLine, archives: readonly string[]): Generator<PlannedObject> {
  if (line.kind === 'skipped') {
    const { uri, bytes, reason, etag } = line.object;
    const archive = archives.findIndex((each) => liesWithin(uri, each));
    // A night's alert may rest on an object that an earlier night has read.
    if (reason === 'read-before' && etag !== undefined && archive >= 0) yield { uri, size: bytes, etag, archive };
    else yield { uri, size: bytes, etag: null, archive: null };
    return;
  }
  for (const { uri, size, etag, archive, range } of line.shard.objects) {
    if (range === null || range.from === 0) yield { uri, size, etag, archive };
  }
}

/** Items one by one. */
export async function* flatten<T>(batches: AsyncIterable<readonly T[]>): AsyncGenerator<T> {
  for await (const batch of batches) yield* batch;
}
