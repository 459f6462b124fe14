// Hot path. One event against a shard's rules: where its time lies, which rules match, and in which of the seven counts each
// match falls (cli.md: the first that holds of excepted, other_index, without_time, outside, in_history, in_range).

import type { InputError } from '@coldhunt/core';
import { matchesIndexPattern } from '@coldhunt/rules';
import type { SourceEvent } from '@coldhunt/formats';
import { skewOf, type Clock, type Skew } from './event-skew.ts';
import { effectiveTime } from './event-time.ts';
import { sightEvent, type Sighting } from './sight-event.ts';
import { eventIndex } from './event-index.ts';
import type { RuleMatchCounts, Unevaluated } from './output.ts';
import { OWN_ALERT, isOwnAlert } from './own-alert.ts';
import { toPlace, type Place } from '../question/output.ts';
import type { ScanContext, ShardRule } from './scan-context.ts';

/** Of a rule and shard, to be shown: what an exception is there to silence may be most of an archive. */
export const EXCEPTED_KEPT = 1_000;

/** A match that is kept: for the reducer, or (excepted) to be shown. */
export interface Hit {
  readonly event: SourceEvent;
  readonly rule: ShardRule;
  readonly timeMs: number;
  /** Mode `parity`: how executions come upon the event; null in `complete`. */
  readonly seen: Sighting | null;
  /** Mode `both`: the live rule sees it at the same time and place. Absent: it does not, or tells of it for itself. */
  readonly isShared?: true;
  readonly place: Exclude<Place, 'outside'>;
  readonly index: string | null;
  /** The exception item that matched it, or OWN_ALERT. */
  readonly exception: string | null;
  /** Told beside the match itself, wherever that lies: why its time cannot be believed. Absent: the match. */
  readonly skew?: Skew;
}

/** A match without a usable time: it cannot be placed, and makes coverage incomplete. */
export interface TimelessHit {
  readonly event: SourceEvent;
  readonly ruleId: string;
}

export interface EventCounts {
  read: number;
  without_time: number;
  in_history: number;
  in_range: number;
  outside: number;
}

export interface MatchTally {
  readonly counts: Map<string, RuleMatchCounts>;
  readonly excepted: Map<string, Map<string, number>>;
  readonly unevaluated: Map<string, Unevaluated>;
  /** By rule. */
  readonly skewed: Map<string, number>;
}

/** Counts the event, appends what matched to `hits` and `timeless`, and returns its effective time. */
export function matchEvent(
  event: SourceEvent,
  scan: ScanContext & { readonly archiveIndex: string | null; readonly clock: Clock | null },
  tally: MatchTally & { readonly events: EventCounts; readonly hits: Hit[]; readonly timeless: TimelessHit[] },
): number | null {
  const { view } = event;
  const timeMs = effectiveTime(view, scan.timePath);
  countEvent(tally.events, timeMs, scan);
  const nowMs = timeMs ?? 0;
  let index: string | null | undefined;
  let skew: Skew | null | undefined;
  const found = scan.ruleSet.matches(view, nowMs, (number, failure) =>
    countUnevaluated(tally.unevaluated, scan.rules[number] as ShardRule, failure),
  );
  for (let i = 0; i < found.length; i += 1) {
    const rule = scan.rules[found[i] as number] as ShardRule;
    const { compiled } = rule;
    const counts = tally.counts.get(compiled.rule.rule_id) as RuleMatchCounts;
    counts.total += 1;
    index ??= eventIndex(event.index, view, scan.archiveIndex);
    const seen = rule.schedule === null ? null : sightEvent(view, rule.time, rule.schedule);
    const ownMs = seen === null ? timeMs : seen.timeMs;
    const exception = isOwnAlert(view, compiled.rule) ? OWN_ALERT : compiled.exceptedBy(view, seen?.tickMs ?? nowMs);
    if (exception !== null) {
      counts.excepted += 1;
      countException(tally.excepted, compiled.rule.rule_id, exception);
      if (ownMs !== null && counts.excepted <= EXCEPTED_KEPT) {
        const place = toPlace(ownMs, rule.window);
        if (place !== 'outside') tally.hits.push({ event, rule, timeMs: ownMs, seen, place, index, exception });
      }
    } else if (isOtherIndex(index, rule, scan)) counts.other_index += 1;
    // An event that lacks the rule's override, but has a time: the live rule never looks at it.
    else if (ownMs === null && timeMs !== null) counts.outside += 1;
    else if (ownMs === null) {
      counts.without_time += 1;
      tally.timeless.push({ event, ruleId: compiled.rule.rule_id });
    } else {
      const place = toPlace(ownMs, rule.window);
      if (place === 'outside') counts.outside += 1;
      else {
        if (place === 'history') counts.in_history += 1;
        else counts.in_range += 1;
        tally.hits.push({ event, rule, timeMs: ownMs, seen, place, index, exception });
      }
      if (skew === undefined) skew = scan.clock === null ? null : skewOf(view, timeMs ?? ownMs, scan.clock);
      if (skew !== null) {
        tally.skewed.set(compiled.rule.rule_id, (tally.skewed.get(compiled.rule.rule_id) ?? 0) + 1);
        tally.hits.push({ event, rule, timeMs: ownMs, seen, place: 'range', index, exception, skew });
      }
    }
    if (rule.live !== null) seeLive(event, rule.live, { scan, index, counts, hits: tally.hits });
  }
  return timeMs;
}

/** Mode `both`: what the live rule sees of the event. The counts are those of mode `complete`. */
function seeLive(
  event: SourceEvent,
  rule: NonNullable<ShardRule['live']>,
  given: {
    readonly scan: ScanContext;
    readonly index: string | null;
    readonly counts: RuleMatchCounts;
    readonly hits: Hit[];
  },
): void {
  const { view } = event;
  const { scan, index, counts, hits } = given;
  const seen = sightEvent(view, rule.time, rule.schedule);
  const { timeMs, tickMs } = seen;
  if (timeMs === null) return;
  const place = toPlace(timeMs, rule.window);
  if (place === 'outside') return;
  const exception = isOwnAlert(view, rule.compiled.rule) ? OWN_ALERT : rule.compiled.exceptedBy(view, tickMs);
  // Told last, but for its doubtful time.
  const at = hits.length - (hits.at(-1)?.skew === undefined ? 1 : 2);
  const own = hits[at];
  const isOwn = own !== undefined && own.event === event && own.rule.live === rule;
  if (isOwn && own.timeMs === timeMs && own.place === place && own.exception === exception) {
    hits[at] = { ...own, seen, isShared: true };
    return;
  }
  if (exception === null && isOtherIndex(index, rule, scan)) return;
  if (exception !== null && counts.excepted >= EXCEPTED_KEPT) return;
  hits.push({ event, rule, timeMs, seen, place, index, exception });
}

function countEvent(events: EventCounts, timeMs: number | null, scan: ScanContext): void {
  events.read += 1;
  if (timeMs === null) events.without_time += 1;
  else {
    const place = toPlace(timeMs, scan.longest);
    if (place === 'range') events.in_range += 1;
    else if (place === 'history') events.in_history += 1;
    else events.outside += 1;
  }
}

function isOtherIndex(index: string | null, { compiled }: ShardRule, scan: ScanContext): boolean {
  if (index === null || scan.question.options.index_patterns === 'ignore' || compiled.rule.index.length === 0)
    return false;
  return !matchesIndexPattern(index, compiled.rule.index);
}

/** Elasticsearch would fail the search; here the event is told, and the hunt goes on. */
function countUnevaluated(unevaluated: MatchTally['unevaluated'], { compiled }: ShardRule, failure: InputError): void {
  const ruleId = compiled.rule.rule_id;
  const known = unevaluated.get(ruleId);
  const first = known?.first ?? `${failure.message} (${failure.code})`;
  unevaluated.set(ruleId, { events: (known?.events ?? 0) + 1, first });
}

function countException(excepted: MatchTally['excepted'], ruleId: string, item: string): void {
  let items = excepted.get(ruleId);
  if (items === undefined) excepted.set(ruleId, (items = new Map()));
  items.set(item, (items.get(item) ?? 0) + 1);
}

/** Nothing counted yet, for each of the rules. */
export function emptyTally(rules: readonly ShardRule[]): MatchTally {
  return {
    counts: new Map(rules.map(({ compiled }) => [compiled.rule.rule_id, zeroCounts()])),
    excepted: new Map(),
    unevaluated: new Map(),
    skewed: new Map(),
  };
}

export function zeroEvents(): EventCounts {
  return { read: 0, without_time: 0, in_history: 0, in_range: 0, outside: 0 };
}

export function zeroCounts(): RuleMatchCounts {
  return { total: 0, in_history: 0, in_range: 0, outside: 0, without_time: 0, other_index: 0, excepted: 0 };
}
