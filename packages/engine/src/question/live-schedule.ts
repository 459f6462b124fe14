// How the live rule runs (mode `parity`): its executions, what each looks at and looks back on, and when one can see an event
// (semantics.md 1 and 2.11).

import type { Rule } from '@coldhunt/rules';
import { compileDateMath, type DateMath } from '@coldhunt/rules';
import type { Question, RunOptions } from './output.ts';
import { compileTicks, instantOf, type Ticks } from './ticks.ts';

/** How many executions may look at one event: what is remembered of a term grows with it. */
const OVERLAP_MOST = 1_000_000;
/** Any instant does, but one at which rounding has left something. */
const NOW = Date.UTC(2026, 0, 1, 12, 34, 56, 789);
const MONTHS_OR_YEARS = /[+-]\d*\s*[My]/;
const ASKS_NOW = /[<>]=?\s*"?now\b|:\s*\(?\s*"?now[-+/|]/;

/** An event as executions come upon it. Milliseconds. */
interface Arrival {
  /** Its effective time for the rule. */
  readonly timeMs: number;
  /** When it could be searched; null: nothing says it, and it is taken to be there at its effective time. */
  readonly seenMs: number | null;
}

export interface LiveSchedule extends Ticks {
  /** The start of the history that the execution compares with; infinite where the rule has none. */
  historyOf(tickMs: number): number;
  /** Whether `historyOf` never goes back from one execution to the next: months and years may. */
  readonly isHistorySteady: boolean;
  /**
   * The executions whose history begins before their window, [first, end): Kibana fails the others, and they raise nothing.
   */
  readonly sound: { readonly first: number; readonly end: number };
  /** The first execution in [fromTick, untilTick) whose history begins after the instant; null where none does. */
  firstForgetting(ms: number, fromTick: number, untilTick: number): number | null;
  /** The first execution that can look at the event, if its window still holds it. */
  arrivalOf(arrival: Arrival): number;
  /** The first execution that no longer raises an alert for an event of the instant. */
  leaveOf(timeMs: number): number;
}

/** What of a question decides on the schedule. */
export type ScheduleQuestion = { readonly options: Pick<RunOptions, 'schedule_offset_ms'> };

export function compileLiveSchedule(rule: Rule, { options }: ScheduleQuestion): LiveSchedule {
  const ticks = compileTicks(rule, options.schedule_offset_ms ?? 0);
  const isNewTerms = rule.type === 'new_terms';
  const history = compileDateMath(isNewTerms ? (rule.history_window_start ?? 'now') : 'now');
  const isHistorySteady = !MONTHS_OR_YEARS.test(history.text);
  const historyOf = (tickMs: number): number =>
    isNewTerms ? instantOf(history, ticks.endOf(tickMs)) : Number.POSITIVE_INFINITY;
  return {
    ...ticks,
    historyOf,
    isHistorySteady,
    sound: isNewTerms ? soundTicks(ticks, history, historyOf) : { first: -Infinity, end: Infinity },
    firstForgetting(ms, fromTick, untilTick) {
      if (fromTick >= untilTick) return null;
      if (historyOf(fromTick) > ms) return fromTick;
      if (history.isAbsolute || historyOf(untilTick - ticks.intervalMs) <= ms) return null;
      return ticks.firstWhere(fromTick, (tickMs) => historyOf(tickMs) > ms);
    },
    arrivalOf: ({ timeMs, seenMs }) =>
      Math.max(ticks.firstReaching(timeMs), seenMs === null ? Number.NEGATIVE_INFINITY : ticks.firstFrom(seenMs)),
    // `first_seen > from`: what lies at the very start of a window is history for it (semantics.md 2.2).
    leaveOf: (timeMs) => ticks.firstStartingAfter(isNewTerms ? timeMs - 1 : timeMs),
  };
}

/** Relative to now both ends move together, and the rule was checked when it was loaded. */
function soundTicks(ticks: Ticks, history: DateMath, historyOf: (tickMs: number) => number): LiveSchedule['sound'] {
  if (history.isAbsolute === ticks.isStartFixed) {
    const isSound = historyOf(NOW) < ticks.startOf(NOW);
    return { first: isSound ? -Infinity : Infinity, end: Infinity };
  }
  if (history.isAbsolute) return { first: ticks.firstStartingAfter(historyOf(NOW)), end: Infinity };
  const startMs = ticks.startOf(NOW);
  return { first: -Infinity, end: ticks.firstWhere(startMs, (tickMs) => historyOf(tickMs) >= startMs) };
}

/**
 * The first execution that is simulated: as long before the range as a window lasts, so that what competes for `max_signals` there is
 * known, and `heldMs` more for what its alerts hold; before it nothing is taken to have been raised. Infinite where the range is open.
 */
export function firstExecution(ticks: Ticks, { from }: Pick<Question, 'from'>, heldMs = 0): number {
  if (from === null) return Number.NEGATIVE_INFINITY;
  const fromMs = Date.parse(from);
  const sinceMs = fromMs - heldMs;
  const lengthMs = ticks.isStartFixed ? 0 : ticks.endOf(sinceMs) - ticks.startOf(sinceMs);
  return ticks.firstFrom(Math.min(sinceMs - lengthMs, ticks.isStartFixed ? ticks.startOf(sinceMs) : sinceMs));
}

/** Why the live rule cannot be simulated; null: it can. */
export function whyNotLive(rule: Rule): string | null {
  if (compileDateMath(rule.to).isAbsolute)
    return `its "to" is a date (${rule.to}): each of its executions would look at the same events`;
  for (const key of ['from', 'to'] as const) {
    if (MONTHS_OR_YEARS.test(rule[key])) return `its "${key}" is counted in months or years (${rule[key]})`;
  }
  const ticks = compileTicks(rule);
  const lengthMs = ticks.endOf(NOW) - ticks.startOf(NOW);
  if (lengthMs <= 0) return `its "from" (${rule.from}) is not earlier than its "to" (${rule.to})`;
  if (!ticks.isStartFixed && lengthMs / ticks.intervalMs > OVERLAP_MOST)
    return `more than ${OVERLAP_MOST} of its executions look at one event`;
  if (ticks.isStartFixed && MONTHS_OR_YEARS.test(rule.history_window_start ?? ''))
    return `its "from" is a date, and its history is counted in months or years (${rule.history_window_start})`;
  if (ASKS_NOW.test(rule.query) || JSON.stringify(rule.filters).includes('"now'))
    return 'its query asks for "now", which is another time at each execution';
  return null;
}
