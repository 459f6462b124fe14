// Where an instant lies for one rule: in the range of the hunt, in the history that the rule looks back on, or outside.

import type { Rule } from '@coldhunt/rules';
import { compileHistoryStart } from './history-start.ts';
import type { Question } from '../question/output.ts';

export type Place = 'range' | 'history' | 'outside';

/** Milliseconds; an open side is infinite. History is [historyFromMs, fromMs), the range [fromMs, toMs). */
export interface RuleWindow {
  readonly historyFromMs: number;
  readonly fromMs: number;
  readonly toMs: number;
}

export function windowOf(rule: Rule, question: Pick<Question, 'from' | 'to'>): RuleWindow {
  const fromMs = question.from === null ? Number.NEGATIVE_INFINITY : Date.parse(question.from);
  const toMs = question.to === null ? Number.POSITIVE_INFINITY : Date.parse(question.to);
  const looksBack = rule.type === 'new_terms' && question.from !== null;
  return { historyFromMs: looksBack ? Math.min(fromMs, compileHistoryStart(rule)(fromMs)) : fromMs, fromMs, toMs };
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
