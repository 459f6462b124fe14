// The archives of a run, listed again and held against its plan: what is new, what has changed, what is gone.

import { compareText, type ListedObject, type ObjectSource, type RunStore } from '@coldhunt/core';
import { SpillSorter } from '../reduce/spill-sorter.ts';
import type { Tell } from './finding.ts';
import { flatten, type PlannedObject } from './planned-objects.ts';

export interface ListingChanges {
  readonly same: number;
  readonly new: number;
  readonly changed: number;
  readonly gone: number;
}

export interface CompareListingOptions {
  readonly planned: SpillSorter<PlannedObject>;
  readonly sources: readonly ObjectSource[];
  readonly scratch: RunStore;
  readonly tell: Tell;
  readonly signal?: AbortSignal | undefined;
}

type Listed = Pick<ListedObject, 'uri' | 'size' | 'etag'>;

/** An object that the plan passed over is known by its size alone. Throws what listing throws. */
export async function compareListing(options: CompareListingOptions): Promise<ListingChanges> {
  const { planned, sources, scratch, tell, signal } = options;
  const sorter = new SpillSorter<Listed>(scratch, {
    compare: (a, b) => compareText(a.uri, b.uri),
    encode: (object) => JSON.stringify(object),
    decode: (line) => JSON.parse(line) as Listed,
  });
  const found = { same: 0, new: 0, changed: 0, gone: 0 };
  try {
    for (const source of sources) {
      for await (const page of source.list(signal)) {
        signal?.throwIfAborted();
        for (const { uri, size, etag } of page) await sorter.add({ uri, size, etag });
      }
    }
    const say = (where: string, message: string): void => tell({ check: 'archive', state: 'changed', where, message });
    for await (const { before, now } of pairs(flatten(planned.sorted()), flatten(sorter.sorted()))) {
      if (before === null && now !== null) {
        found.new += 1;
        say(now.uri, `new: ${now.size} bytes that the run did not see`);
      } else if (before !== null && now === null) {
        found.gone += 1;
        say(before.uri, 'gone: it is no longer listed');
      } else if (before !== null && now !== null) {
        const isSame = before.size === now.size && (before.etag === null || before.etag === now.etag);
        found[isSame ? 'same' : 'changed'] += 1;
        if (!isSame)
          say(now.uri, `changed: ${before.size} bytes then, ${now.size} now, ETag ${before.etag} and ${now.etag}`);
      }
    }
  } finally {
    await sorter.clear();
  }
  return found;
}

async function* pairs(
  befores: AsyncGenerator<PlannedObject>,
  nows: AsyncGenerator<Listed>,
): AsyncGenerator<{ readonly before: PlannedObject | null; readonly now: Listed | null }> {
  let before = await befores.next();
  let now = await nows.next();
  while (before.done !== true || now.done !== true) {
    const order = before.done === true ? 1 : now.done === true ? -1 : compareText(before.value.uri, now.value.uri);
    yield {
      before: order <= 0 && before.done !== true ? before.value : null,
      now: order >= 0 && now.done !== true ? now.value : null,
    };
    if (order <= 0) before = await befores.next();
    if (order >= 0) now = await nows.next();
  }
}
