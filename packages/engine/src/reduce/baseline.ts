// How much of the history window before an alert was examined: what "new" rests on (cli.md, Baseline).

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
  /** Objects that failed, or were skipped though they hold events: when their events lie, null where nothing says it. */
  readonly unread: readonly (Interval | null)[];
  /** Whether keys pruned objects: then the archive goes on before what was examined. */
  readonly wasPruned: boolean;
}

/** The baseline of an alert of the rule at `timeMs`. A rule that looks back on nothing has all of it. */
export function baselineAt(rule: Rule, timeMs: number, examined: Examined): Baseline {
  if (rule.type !== 'new_terms') return 'complete';
  if (examined.firstMs >= timeMs) return 'cold';
  const from = Math.min(compileHistoryStart(rule)(timeMs), timeMs);
  const isHeld = examined.unread.some((when) => when === null || (when.from < timeMs && when.to > from));
  return !isHeld && reachesBack(from, timeMs, examined) ? 'complete' : 'partial';
}

function reachesBack(from: number, to: number, { hours, maxGapMs, wasPruned, firstMs }: Examined): boolean {
  // Where every object was read, nothing before the first is nothing at all: then the archive does not reach back. Where keys
  // pruned, the hours before were left unread on purpose, and a quiet start is a gap like any other.
  if (!wasPruned && floorHour(firstMs) > from) return false;
  let reached = from;
  for (let i = firstAfter(hours, from); i < hours.length; i += 1) {
    const run = hours[i] as Interval;
    if (run.from >= to) break;
    if (run.from - reached > maxGapMs) return false;
    reached = Math.max(reached, run.to);
  }
  return to - reached <= maxGapMs;
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
