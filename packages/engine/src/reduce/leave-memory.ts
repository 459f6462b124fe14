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
import {
  encodeEvent,
  encodeMatch,
  partitionKey,
  writeMatchesStream,
  type Match,
  type MatchesFile,
} from '../scan/output.ts';
import { withEvents } from './event-sources.ts';
import { settledFor } from './carried.ts';
import { nightMatches, type NightOptions } from './night-matches.ts';
import type { PartitionInput } from './reduce-partition.ts';
import { decodeSourced, encodeSourced, withoutRepeats, type SourcedMatch } from './sourced-match.ts';
import { removeQuietly } from './spill-sorter.ts';
import { Spool } from './threshold/spool.ts';

export const MEMORY_PATH = 'memory.matches.zst';

/** Roughly what a match takes in memory. */
const MATCH_CHARS = 1_024;

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
  const seenUntil = seenUntilOf(options, windows);
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
  const raising = new Spool<SourcedMatch>(store, {
    encode: encodeSourced,
    decode: decodeSourced,
    weigh: () => MATCH_CHARS,
    ...(memoryChars === undefined ? {} : { memoryChars }),
  });
  const count = { matches: 0, events: 0 };
  // Events are numbered in the order of the matches that they raised; what only is remembered is told of no event and no reason.
  const toLine = ({ match }: SourcedMatch): string => {
    count.matches += 1;
    if (match.place === 'history') return encodeMatch({ ...match, event: null, explanation: [] });
    count.events += 1;
    return encodeMatch({ ...match, event: count.events - 1 });
  };
  async function* lines(): AsyncGenerator<readonly string[]> {
    for await (const batch of remembered(input, seenUntil)) {
      signal?.throwIfAborted();
      for (const entry of batch) if (entry.match.place === 'range') await raising.add(entry);
      yield batch.map(toLine);
    }
  }
  try {
    const sha256 = await writeMatchesStream(store, MEMORY_PATH, {
      matches: lines(),
      events: eventsOf(withEvents(store, () => raising.batches(), memoryChars)),
    });
    if (count.matches > 0) return { path: MEMORY_PATH, sha256, ...count };
    await removeQuietly(store, MEMORY_PATH);
    return null;
  } finally {
    await Promise.all([input.sorter.clear(), raising.clear()]);
  }
}

function historyOf(place: Place): Place {
  return place === 'range' ? 'history' : place;
}

/** By rule id of new terms, the time before which the last match of each term says all that is asked for: when it was seen. */
function seenUntilOf(
  { run, bases }: LeaveMemoryOptions,
  windows: ReadonlyMap<string, RuleWindow>,
): ReadonlyMap<string, number> {
  return new Map(
    run.question.rules.flatMap(({ rule: { rule_id: id, type } }): [string, number][] => {
      const fromMs = windows.get(id)?.fromMs;
      return type !== 'new_terms' || fromMs === undefined || bases[id]?.is_first === true ? [] : [[id, fromMs]];
    }),
  );
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

async function* remembered(
  input: PartitionInput,
  seenUntil: ReadonlyMap<string, number>,
): AsyncGenerator<readonly SourcedMatch[]> {
  let seen: SourcedMatch | null = null;
  for await (const batch of withoutRepeats(input.sorter.sorted())) {
    const kept: SourcedMatch[] = [];
    for (const entry of batch) {
      const { match } = entry;
      const isSeenOnly = match.time_ms < (seenUntil.get(match.rule_id) ?? Number.NEGATIVE_INFINITY);
      if (seen !== null && !(isSeenOnly && isSameTerm(seen.match, match))) kept.push(seen);
      seen = isSeenOnly ? entry : null;
      if (!isSeenOnly) kept.push(entry);
    }
    if (kept.length > 0) yield kept;
  }
  if (seen !== null) yield [seen];
}

function isSameTerm(a: Match, b: Match): boolean {
  return a.rule_id === b.rule_id && partitionKey(a) === partitionKey(b);
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
