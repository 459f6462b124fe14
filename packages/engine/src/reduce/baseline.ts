// How much of the window before an alert was examined: what "new" rests on, or a count (cli.md, Baseline).

import type { Rule } from '@coldhunt/rules';
import { compileHistoryStart } from '../question/output.ts';
import type { Interval } from './hours.ts';
import type { Baseline } from './output.ts';

export interface Examined {
  /** Runs of examined hours, in order. */
  readonly hours: readonly Interval[];
  /** The earliest instant examined; infinite when nothing was. */
  readonly firstMs: number;
  readonly maxGapMs: number;
  readonly unread: readonly UnreadObject[];
  /** Whether keys pruned objects: then the archive goes on before what was examined. */
  readonly wasPruned: boolean;
}

/** An object that failed, or was skipped though it holds events. */
export interface UnreadObject {
  readonly uri: string;
  /** `failed (GZIP_CORRUPT)`, `was skipped (archived)`. */
  readonly what: string;
  /** When its events lie; null where nothing says it. */
  readonly when: Interval | null;
}

export interface AlertBaseline {
  readonly baseline: Baseline;
  /** Why it is not complete, for people; null when it is. */
  readonly reason: string | null;
}

const COMPLETE: AlertBaseline = { baseline: 'complete', reason: null };

/** The baseline of an alert of the rule at `timeMs`. A rule that looks back on nothing has all of it. */
export function baselineAt(rule: Rule, timeMs: number, examined: Examined): AlertBaseline {
  if (rule.type !== 'new_terms' && rule.type !== 'threshold') return COMPLETE;
  if (examined.firstMs >= timeMs) return { baseline: 'cold', reason: 'no event before it was examined' };
  const from = Math.min(compileHistoryStart(rule)(timeMs), timeMs);
  const unread = examined.unread.find(({ when }) => when === null || (when.from < timeMs && when.to > from));
  const reason = unread === undefined ? shortfall(from, timeMs, examined) : describeUnread(unread);
  return reason === null ? COMPLETE : { baseline: 'partial', reason };
}

function describeUnread({ uri, what, when }: UnreadObject): string {
  return when === null
    ? `${uri} ${what}, and nothing says when its events lie`
    : `${uri} ${what}, with events from ${toIso(when.from)} to ${toIso(when.to)} by its key`;
}

/** What the examined hours lack of the window; null: nothing. */
function shortfall(from: number, to: number, { hours, maxGapMs, wasPruned, firstMs }: Examined): string | null {
  // Where every object was read, nothing before the first is nothing at all: then the archive does not reach back. Where keys
  // pruned, the hours before were left unread on purpose, and a quiet start is a gap like any other.
  if (!wasPruned && floorHour(firstMs) > from)
    return `the window begins at ${toIso(from)}, the first event examined is of ${toIso(firstMs)}`;
  let reached = from;
  for (let i = firstAfter(hours, from); i < hours.length; i += 1) {
    const run = hours[i] as Interval;
    if (run.from >= to) break;
    if (run.from - reached > maxGapMs) return describeGap(reached, run.from);
    reached = Math.max(reached, run.to);
  }
  return to - reached <= maxGapMs ? null : describeGap(reached, to);
}

function describeGap(from: number, to: number): string {
  return `no event was examined from ${toIso(from)} to ${toIso(to)}, longer than --max-gap`;
}

// The first run that ends after `at`.
function firstAfter(hours: readonly Interval[], at: number): number {
  let low = 0;
  let high = hours.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((hours[middle]?.to ?? 0) > at) high = middle;
    else low = middle + 1;
  }
  return low;
}

function floorHour(ms: number): number {
  return Math.floor(ms / 3_600_000) * 3_600_000;
}

function toIso(ms: number): string {
  return new Date(ms).toISOString();
}
