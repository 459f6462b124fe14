// Where an instant lies for one rule: in the range of the hunt, in what the rule must also know around it, or outside.

import type { Rule } from '@coldhunt/rules';
import { compileHistoryStart } from './history-start.ts';
import type { Question } from './output.ts';
import { compileLiveSchedule, firstExecution, type ScheduleQuestion } from './live-schedule.ts';
import { heldFor, suppressionOf, type Suppression, type SuppressionQuestion } from './suppression.ts';
import { compileTicks, type Ticks } from './ticks.ts';

/** What of a question decides on windows. */
type WindowQuestion = Pick<Question, 'to'> &
  Partial<Pick<Question, 'mode' | 'watch'>> &
  SuppressionQuestion &
  ScheduleQuestion;

export type Place = 'range' | 'history' | 'outside';

/** Milliseconds; an open side is infinite. The range is [fromMs, toMs); history is what is read around it, [historyFromMs, readToMs). */
export interface RuleWindow {
  readonly historyFromMs: number;
  readonly fromMs: number;
  readonly toMs: number;
  readonly readToMs: number;
}

const DAY_MS = 86_400_000;
const MONTHS_OR_YEARS = /[+-]\d*\s*[My]/;

/**
 * The window of a rule in a hunt. An open side leaves nothing that would be history. An alert may be held by one before the range: what
 * was raised there must be known like what is raised in it.
 */
export function windowOf(rule: Rule, question: WindowQuestion): RuleWindow {
  const base = question.watch?.bases?.[rule.rule_id];
  if (base !== undefined) {
    const { watch: _, ...alone } = question;
    const own = windowOf(rule, alone);
    const { historyFromMs } = windowOf(rule, { ...alone, from: base.from });
    return { ...own, historyFromMs: Math.min(own.fromMs, historyFromMs) };
  }
  const fromMs = question.from === null ? Number.NEGATIVE_INFINITY : Date.parse(question.from);
  const toMs = question.to === null ? Number.POSITIVE_INFINITY : Date.parse(question.to);
  const range = { historyFromMs: fromMs, fromMs, toMs, readToMs: toMs };
  if (question.mode === 'both') {
    return longestWindow([
      windowOf(rule, { ...question, mode: 'complete' }),
      windowOf(rule, { ...question, mode: 'parity' }),
    ]);
  }
  if (question.mode === 'parity') return { ...range, ...liveAround(rule, range, question) };
  const suppression = suppressionOf(rule, question);
  if (rule.type === 'threshold') return { ...range, ...aroundOf(rule, range, suppression) };
  const sinceMs = suppression?.sinceMs ?? fromMs;
  if (rule.type !== 'new_terms' || question.from === null) return { ...range, historyFromMs: sinceMs };
  return { ...range, historyFromMs: Math.min(sinceMs, earliestStart(rule, sinceMs)) };
}

/** The window by which objects are chosen: a night of a watch looks for late events too. */
export function planWindowOf(rule: Rule, question: WindowQuestion): RuleWindow {
  return windowOf(rule, { ...question, from: question.watch?.rescan_from ?? question.from });
}

/**
 * The window of what is kept of an object. A night of a watch reads it once for all nights: also what lies after its own end, and, once
 * earlier nights have read their part, whatever comes too late for them.
 */
export function scanWindowOf(rule: Rule, question: WindowQuestion): RuleWindow {
  const { watch } = question;
  if (watch === undefined) return windowOf(rule, question);
  const window = windowOf(rule, { ...question, from: watch.rescan_from, to: null });
  return watch.carried === null ? window : { ...window, historyFromMs: Number.NEGATIVE_INFINITY };
}

// The earliest start of all windows of instants from `fromMs` on. Months are of different lengths: 31 March 00:00 less a month is
// 28 February 00:00, before what 30 March 12:00 gives, so that months and years take one day more.
function earliestStart(rule: Rule, fromMs: number): number {
  const startMs = compileHistoryStart(rule)(fromMs);
  const isCalendar = MONTHS_OR_YEARS.test(rule.history_window_start ?? '');
  return isCalendar ? startMs - DAY_MS : startMs;
}

/**
 * A threshold rule counts together what one execution looks at: the window's length before the range, and after it as much, for the
 * executions that look at events on both sides of an end.
 */
function aroundOf(
  rule: Rule,
  { fromMs, toMs }: RuleWindow,
  suppression: Suppression | null,
): Pick<RuleWindow, 'historyFromMs' | 'readToMs'> {
  const ticks = compileTicks(rule);
  const lengthAt = (ms: number): number => ticks.endOf(ms) - ticks.startOf(ms);
  // A window that begins at a date is as long as all that was before; what comes after it is seen at the next execution.
  const lengthAfter = ticks.isStartFixed ? 0 : lengthAt(toMs);
  return {
    historyFromMs: Number.isFinite(fromMs)
      ? Math.min(
          fromMs,
          fromMs - lengthAt(fromMs),
          ticks.startOf(ticks.firstReaching(fromMs)),
          heldFrom(ticks, suppression),
        )
      : fromMs,
    readToMs: Number.isFinite(toMs)
      ? Math.max(toMs, toMs + lengthAfter, ticks.endOf(ticks.firstReaching(toMs - 1)) + 1)
      : toMs,
  };
}

/**
 * What the first execution that is simulated looks at and back on; and after the range what the last one sees that can look at an event
 * of it, for that competes with it for `max_signals`.
 */
function liveAround(
  rule: Rule,
  { fromMs, toMs }: RuleWindow,
  question: WindowQuestion,
): Pick<RuleWindow, 'historyFromMs' | 'readToMs'> {
  const schedule = compileLiveSchedule(rule, question);
  const firstMs = firstExecution(schedule, question, heldFor(rule, question));
  const day = schedule.isHistorySteady ? 0 : DAY_MS;
  const lastMs = Number.isFinite(toMs) && !schedule.isStartFixed ? schedule.firstStartingAfter(toMs - 1) : toMs;
  return {
    historyFromMs: Number.isFinite(firstMs)
      ? Math.min(fromMs, schedule.startOf(firstMs), schedule.historyOf(firstMs) - day)
      : fromMs,
    readToMs: Number.isFinite(toMs) ? Math.max(toMs, schedule.endOf(lastMs - schedule.intervalMs) + 1) : toMs,
  };
}

/** What the first execution looks at whose alert can hold one in the range. */
function heldFrom(ticks: Ticks, suppression: Suppression | null): number {
  if (suppression === null) return Number.POSITIVE_INFINITY;
  return ticks.startOf(Math.ceil(suppression.sinceMs / ticks.intervalMs) * ticks.intervalMs);
}

export function toPlace(timeMs: number, window: RuleWindow): Place {
  if (timeMs >= window.readToMs || timeMs < window.historyFromMs) return 'outside';
  return timeMs >= window.fromMs && timeMs < window.toMs ? 'range' : 'history';
}

/** What several windows of one hunt reach together: what the counts of events go by. */
export function longestWindow(windows: readonly RuleWindow[]): RuleWindow {
  const [first] = windows;
  if (first === undefined) return { historyFromMs: Infinity, fromMs: Infinity, toMs: -Infinity, readToMs: -Infinity };
  return {
    ...first,
    historyFromMs: Math.min(...windows.map(({ historyFromMs }) => historyFromMs)),
    readToMs: Math.max(...windows.map(({ readToMs }) => readToMs)),
  };
}
