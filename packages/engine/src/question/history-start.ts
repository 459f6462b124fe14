// The start of a rule's history window, taken back from an instant with calendar arithmetic in UTC; an absolute start is a constant.

import { AppError } from '@coldhunt/core';
import { compileDateMath, type Rule } from '@coldhunt/rules';

/** Milliseconds -> milliseconds. A rule that looks back on nothing starts at the instant itself. */
export function compileHistoryStart(rule: Rule): (atMs: number) => number {
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
