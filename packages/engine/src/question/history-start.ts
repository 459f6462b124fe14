// The start of what a rule must know about an instant: of new terms the history window, taken back with calendar arithmetic in UTC (an
// absolute start is a constant); of a threshold rule the window of the first execution that looks at it.

import { AppError } from '@coldhunt/core';
import { compileDateMath, type Rule } from '@coldhunt/rules';
import { compileTicks } from './ticks.ts';

/** Milliseconds -> milliseconds. A rule that looks back on nothing starts at the instant itself. */
export function compileHistoryStart(rule: Rule): (atMs: number) => number {
  if (rule.type === 'threshold') {
    const ticks = compileTicks(rule);
    return (atMs) => ticks.startOf(ticks.firstReaching(atMs));
  }
  if (rule.type !== 'new_terms' || rule.history_window_start === undefined) return (atMs) => atMs;
  const start = compileDateMath(rule.history_window_start);
  return (atMs) => {
    try {
      return start.at(atMs);
    } catch (error) {
      // An event may carry any time: a window that would begin before the first instant there is holds everything before.
      if (error instanceof AppError && error.code === 'DATE_MATH_INVALID') return Number.NEGATIVE_INFINITY;
      throw error;
    }
  };
}
