// Where an instant lies for one rule: in the range of the hunt, in the history that the rule looks back on, or outside.

import type { Rule } from '@coldhunt/rules';
import { compileHistoryStart } from './history-start.ts';
import type { Question } from './output.ts';

export type Place = 'range' | 'history' | 'outside';

/** Milliseconds; an open side is infinite. History is [historyFromMs, fromMs), the range [fromMs, toMs). */
export interface RuleWindow {
  readonly historyFromMs: number;
  readonly fromMs: number;
  readonly toMs: number;
}

const DAY_MS = 86_400_000;
const MONTHS_OR_YEARS = /[+-]\d*\s*[My]/;

/** The window of a rule in a hunt. An open start leaves nothing that would be history. */
export function windowOf(rule: Rule, question: Pick<Question, 'from' | 'to'>): RuleWindow {
  const fromMs = question.from === null ? Number.NEGATIVE_INFINITY : Date.parse(question.from);
  const toMs = question.to === null ? Number.POSITIVE_INFINITY : Date.parse(question.to);
  const looksBack = rule.type === 'new_terms' && question.from !== null;
  return { historyFromMs: looksBack ? Math.min(fromMs, earliestStart(rule, fromMs)) : fromMs, fromMs, toMs };
}

// The earliest start of all windows of instants from `fromMs` on. Months are of different lengths: 31 March 00:00 less a month is
// 28 February 00:00, before what 30 March 12:00 gives, so that months and years take one day more.
function earliestStart(rule: Rule, fromMs: number): number {
  const startMs = compileHistoryStart(rule)(fromMs);
  const isCalendar = MONTHS_OR_YEARS.test(rule.history_window_start ?? '');
  return isCalendar ? startMs - DAY_MS : startMs;
}

export function toPlace(timeMs: number, window: RuleWindow): Place {
  if (timeMs >= window.toMs || timeMs < window.historyFromMs) return 'outside';
  return timeMs >= window.fromMs ? 'range' : 'history';
}

/** The longest of several windows: what the counts of events go by. */
export function longestWindow(windows: readonly RuleWindow[]): RuleWindow {
  const [first] = windows;
  if (first === undefined) return { historyFromMs: Infinity, fromMs: Infinity, toMs: -Infinity };
  return { ...first, historyFromMs: Math.min(...windows.map(({ historyFromMs }) => historyFromMs)) };
}
