// Alerts in the total order -> the same with what each holds, without those that are suppressed. Grouping needs another order than
// memory and report do, so that alerts are sorted twice; partitions do not matter, for groups lie across them.

import type { RunStore } from '@coldhunt/core';
import type { Suppression } from '../../question/output.ts';
import { mergeSorted } from '../merge-sorted.ts';
import { compareRaised, decodeRaised, encodeRaised, type RaisedAlert } from '../raised-alert.ts';
import { SpillSorter } from '../spill-sorter.ts';
import { AlertGroups, compareGroups, isGrouped, type GroupedAlert } from './alert-groups.ts';

interface SuppressedCounts {
  /** Alerts in the range that another one holds. */
  suppressed: number;
  /** How many of those one before the range holds: no alert of this hunt tells of them. */
  suppressed_by_earlier: number;
}

export interface SuppressOptions {
  readonly store: RunStore;
  /** By rule id. */
  readonly suppressions: ReadonlyMap<string, Suppression>;
  /** Alerts that earlier nights of a watch have raised and that may still hold others. Default: none. */
  readonly openers?: readonly RaisedAlert[];
  /** Takes every alert that opens a group, in the order of groups. */
  readonly onOpener?: (opener: GroupedAlert) => void;
  readonly memoryChars?: number;
  readonly signal?: AbortSignal;
}

export interface SuppressedAlerts {
  /** What is left, in the total order; may be read again. */
  readonly raised: () => AsyncIterable<readonly RaisedAlert[]>;
  /** By rule id, of rules with suppression. */
  readonly counts: ReadonlyMap<string, Readonly<SuppressedCounts>>;
  /** Removes what was spilled. */
  clear(): Promise<void>;
}

/** `raised`: alerts and unkeyed events in the total order. */
export async function suppressAlerts(
  raised: () => AsyncIterable<readonly RaisedAlert[]>,
  options: SuppressOptions,
): Promise<SuppressedAlerts> {
  const { store, suppressions, signal } = options;
  if (suppressions.size === 0) return { raised, counts: new Map(), clear: async () => {} };
  const alerts = createRaisedSorter(options);
  const counts = new Map([...suppressions.keys()].map((id) => [id, { suppressed: 0, suppressed_by_earlier: 0 }]));
  const sorter = createGroupSorter(store, options);
  const groups = new AlertGroups(suppressions);
  const keep = async (closed: RaisedAlert | null): Promise<void> => {
    if (closed?.match.place === 'range') await alerts.add(closed);
  };
  try {
    for (const opener of options.openers ?? []) if (isGrouped(opener)) await sorter.add(opener);
    for await (const batch of raised()) {
      signal?.throwIfAborted();
      for (const alert of batch) if (isGrouped(alert)) await sorter.add(alert);
    }
    for await (const batch of sorter.sorted()) {
      signal?.throwIfAborted();
      for (const alert of batch) {
        const { holder, closed } = groups.take(alert);
        await keep(closed);
        if (holder === null) options.onOpener?.(alert);
        const count = counts.get(alert.match.rule_id);
        if (holder === null || count === undefined || alert.match.place !== 'range') continue;
        count.suppressed += 1;
        if (holder.match.place !== 'range') count.suppressed_by_earlier += 1;
      }
    }
    await keep(groups.finish());
  } finally {
    await sorter.clear();
  }
  return {
    raised: () => mergeSorted([ungrouped(raised()), alerts.sorted()], compareRaised),
    counts,
    clear: () => alerts.clear(),
  };
}

async function* ungrouped(raised: AsyncIterable<readonly RaisedAlert[]>): AsyncGenerator<readonly RaisedAlert[]> {
  for await (const batch of raised) yield batch.filter((alert) => !isGrouped(alert));
}

function createRaisedSorter({ store, memoryChars }: SuppressOptions): SpillSorter<RaisedAlert> {
  return new SpillSorter<RaisedAlert>(store, {
    compare: compareRaised,
    encode: encodeRaised,
    decode: decodeRaised,
    ...(memoryChars === undefined ? {} : { memoryChars }),
  });
}

/** Sorts alerts by their groups. */
function createGroupSorter(
  store: RunStore,
  { memoryChars }: { readonly memoryChars?: number },
): SpillSorter<GroupedAlert> {
  return new SpillSorter<GroupedAlert>(store, {
    compare: (a, b) => compareGroups(a, b, compareRaised),
    encode: encodeRaised,
    decode: (line) => decodeRaised(line) as GroupedAlert,
    ...(memoryChars === undefined ? {} : { memoryChars }),
  });
}
