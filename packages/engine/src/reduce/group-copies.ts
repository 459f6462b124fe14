// Matches in the order of reduction -> the same with their copies told: equal copy values, then equal `_id`; those without an `_id`
// join the group that comes first in the total order (architecture.md, the same event twice).

import { compareText, type RunStore } from '@coldhunt/core';
import { partitionKey } from '../scan/output.ts';
import { decodeSourced, encodeSourced, type SourcedMatch } from './sourced-match.ts';
import { SpillSorter } from './spill-sorter.ts';

export interface GroupedMatch {
  readonly entry: SourcedMatch;
  /** A copy of the last match that was none. */
  readonly isCopy: boolean;
}

/** A match with the first of its group: the place by which groups are ordered. */
interface LedMatch {
  readonly entry: SourcedMatch;
  readonly uri: string;
  readonly position: number;
}

/** Groups come in the total order of their first match, a group's matches one after the other, also in the total order. */
export async function* groupCopies(
  matches: AsyncIterable<readonly SourcedMatch[]>,
  store: RunStore,
  memoryChars?: number,
): AsyncGenerator<readonly GroupedMatch[]> {
  let group = createCopyGroup(store, memoryChars);
  let last: SourcedMatch | null = null;
  for await (const batch of matches) {
    for (const entry of batch) {
      if (last !== null && !isSameCopy(last, entry)) {
        yield* group.finish();
        group = createCopyGroup(store, memoryChars);
      }
      await group.add(entry);
      last = entry;
    }
  }
  if (last !== null) yield* group.finish();
}

function isSameCopy({ match: a }: SourcedMatch, { match: b }: SourcedMatch): boolean {
  return (
    a.copy_hash === b.copy_hash &&
    a.time_ms === b.time_ms &&
    a.rule_id === b.rule_id &&
    (a.terms === null) === (b.terms === null) &&
    partitionKey(a) === partitionKey(b)
  );
}

interface CopyGroup {
  add(entry: SourcedMatch): Promise<void>;
  finish(): AsyncGenerator<readonly GroupedMatch[]>;
}

// All matches with the same copy values. They come ordered by `_id`, those without last: so the first of each `_id` is known when
// it is met, and the first of all when those without an `_id` begin.
function createCopyGroup(store: RunStore, memoryChars: number | undefined): CopyGroup {
  let only: SourcedMatch | null = null;
  let sorter: SpillSorter<LedMatch> | null = null;
  let leader: LedMatch | null = null;
  let first: LedMatch | null = null;

  const lead = (entry: SourcedMatch): LedMatch => {
    const own: LedMatch = { entry, uri: entry.match.evidence.uri, position: entry.match.position };
    const { id } = entry.match;
    if (id === null) leader = first ?? leader ?? own;
    else if (leader === null || leader.entry.match.id !== id) {
      leader = own;
      if (first === null || compareLeaders(own, first) < 0) first = own;
    }
    return { entry, uri: leader.uri, position: leader.position };
  };

  return {
    async add(entry) {
      const led = lead(entry);
      if (only === null && sorter === null) {
        only = entry;
        return;
      }
      if (sorter === null) {
        sorter = new SpillSorter(store, sortOptions(memoryChars));
        if (only !== null)
          await sorter.add({ entry: only, uri: only.match.evidence.uri, position: only.match.position });
      }
      await sorter.add(led);
    },
    async *finish() {
      if (sorter === null) {
        if (only !== null) yield [{ entry: only, isCopy: false }];
        return;
      }
      let before: LedMatch | null = null;
      for await (const batch of sorter.sorted()) {
        const grouped: GroupedMatch[] = [];
        for (const led of batch) {
          grouped.push({ entry: led.entry, isCopy: before !== null && compareLeaders(led, before) === 0 });
          before = led;
        }
        yield grouped;
      }
      await sorter.clear();
    },
  };
}

function sortOptions(memoryChars: number | undefined): ConstructorParameters<typeof SpillSorter<LedMatch>>[1] {
  return {
    compare: (a, b) => compareLeaders(a, b) || compareOwn(a, b),
    encode: ({ entry, uri, position }) => `${position} ${JSON.stringify(uri)} ${encodeSourced(entry)}`,
    decode: decodeLed,
    ...(memoryChars === undefined ? {} : { memoryChars }),
  };
}

function decodeLed(line: string): LedMatch {
  const [, position = '', uri = '""', entry = ''] = /^(\d+) ("(?:[^"\\]|\\.)*") (.*)$/s.exec(line) ?? [];
  return { position: Number(position), uri: JSON.parse(uri) as string, entry: decodeSourced(entry) };
}

function compareLeaders(a: LedMatch, b: LedMatch): number {
  return compareText(a.uri, b.uri) || a.position - b.position;
}

function compareOwn({ entry: a }: LedMatch, { entry: b }: LedMatch): number {
  return (
    compareText(a.match.evidence.uri, b.match.evidence.uri) ||
    a.match.position - b.match.position ||
    compareText(a.source, b.source)
  );
}
