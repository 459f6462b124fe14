// A night's matches -> memory.matches.zst: what the next night must know. In the order of reduction, so that carrying it is a merge;
// events only of matches that may still raise an alert.

import {
  edgeOf,
  restsOnAlerts,
  scanWindowOf,
  toPlace,
  type Place,
  type Question,
  type RuleBase,
  type RuleWindow,
} from '../question/output.ts';
import { encodeEvent, encodeMatch, writeMatchesStream, type Match, type MatchesFile } from '../scan/output.ts';
import { withEvents } from './event-sources.ts';
import { settledFor } from './carried.ts';
import { nightMatches, type NightOptions } from './night-matches.ts';
import type { PartitionInput } from './reduce-partition.ts';
import { withoutRepeats, type SourcedMatch } from './sourced-match.ts';
import { removeQuietly } from './spill-sorter.ts';

export const MEMORY_PATH = 'memory.matches.zst';

export interface LeaveMemoryOptions extends NightOptions {
  /** ISO: from when on the next night takes up late events. */
  readonly rescanFrom: string;
  /** By rule id: where the next night works its alerts out from. */
  readonly bases: Readonly<Record<string, RuleBase>>;
}

/** Writes the memory, in place of any other. null: nothing is worth remembering. */
export async function leaveMemory(options: LeaveMemoryOptions): Promise<MatchesFile | null> {
  const { run, store, memoryChars, signal } = options;
  const windows = rememberedWindows(options);
  const isSettled = settledFor(run.question);
  const input = await nightMatches({
    ...options,
    withCarried: true,
    relocate: (match, isCarried) => {
      const window = windows.get(match.rule_id);
      if (window === undefined || (!isCarried && isSettled(match))) return null;
      // What lies before the beginning of the watch was read without its event, and is never reported.
      const place = match.event === null ? historyOf(toPlace(match.time_ms, window)) : toPlace(match.time_ms, window);
      return place === 'outside' ? null : place === match.place ? match : { ...match, place };
    },
  });
  try {
    const count = { matches: 0, events: 0 };
    for await (const batch of remembered(input)) {
      signal?.throwIfAborted();
      count.matches += batch.length;
      count.events += batch.filter(mayRaise).length;
    }
    if (count.matches === 0) {
      await removeQuietly(store, MEMORY_PATH);
      return null;
    }
    const sha256 = await writeMatchesStream(store, MEMORY_PATH, count, {
      matches: numbered(remembered(input)),
      events: eventsOf(withEvents(store, () => raising(input), memoryChars)),
    });
    return { path: MEMORY_PATH, sha256, ...count };
  } finally {
    await input.sorter.clear();
  }
}

function historyOf(place: Place): Place {
  return place === 'range' ? 'history' : place;
}

/** What the next night may ask for: the range holds the events of alerts that it may still raise. */
function rememberedWindows({ run, rescanFrom, bases }: LeaveMemoryOptions): ReadonlyMap<string, RuleWindow> {
  const next: Question = {
    ...run.question,
    from: rescanFrom,
    watch: { rescan_from: rescanFrom, carried: null, rules_anew: [], bases },
  };
  return new Map(
    run.question.rules.map(({ rule }) => {
      const window = scanWindowOf(rule, next);
      const base = bases[rule.rule_id];
      if (base === undefined || base.is_first || !restsOnAlerts(rule, next)) return [rule.rule_id, window];
      const { eventsFromMs } = edgeOf(rule, next, Date.parse(base.from));
      return [rule.rule_id, { ...window, fromMs: Math.min(window.fromMs, eventsFromMs) }];
    }),
  );
}

function remembered(input: PartitionInput): AsyncGenerator<readonly SourcedMatch[]> {
  return withoutRepeats(input.sorter.sorted());
}

function mayRaise({ match }: SourcedMatch): boolean {
  return match.place === 'range';
}

async function* raising(input: PartitionInput): AsyncGenerator<readonly SourcedMatch[]> {
  for await (const batch of remembered(input)) yield batch.filter(mayRaise);
}

/** Events are numbered in the order of the matches that they raised; what only is remembered is told of no event and no reason. */
async function* numbered(batches: AsyncIterable<readonly SourcedMatch[]>): AsyncGenerator<readonly string[]> {
  let event = 0;
  const toLine = (match: Match): string => {
    if (match.place === 'history') return encodeMatch({ ...match, event: null, explanation: [] });
    event += 1;
    return encodeMatch({ ...match, event: event - 1 });
  };
  for await (const batch of batches) yield batch.map(({ match }) => toLine(match));
}

async function* eventsOf(pairs: ReturnType<typeof withEvents<SourcedMatch>>): AsyncGenerator<readonly string[]> {
  let event = 0;
  for await (const batch of pairs) {
    yield batch.map(({ document }) => {
      event += 1;
      return encodeEvent({ event: event - 1, document });
    });
  }
}
