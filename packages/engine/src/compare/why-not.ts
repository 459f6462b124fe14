// An alert of one run -> why the other run has none for the same event.

import type { Rule } from '@coldhunt/rules';
import { compileLiveSchedule, type Question } from '../question/output.ts';
import type { Decision } from '../reduce/output.ts';

/** Codes for machines; `words` say the same for people. */
export type ReasonCode =
  | 'late'
  | 'unseen'
  | 'cut'
  | 'forgotten'
  | 'not_arrived'
  | 'known'
  | 'outside'
  | 'excepted'
  | 'suppressed'
  | 'copy'
  | 'unkeyed'
  | 'not_counted'
  | 'no_match';

export interface Reason {
  readonly code: ReasonCode;
  readonly words: string;
}

/** A decision with the run that made it. */
export interface Decided {
  readonly question: Question;
  readonly decision: Decision;
}

/** `raised`: the alert that only one run has; `other`: what the other run decided on the same event and terms, null: nothing. */
export function whyNot(rule: Rule, raised: Decided, other: Decided | null, otherQuestion: Question): Reason {
  if (other === null) {
    return {
      code: 'no_match',
      words: 'no such match was seen: another index, a time outside of what was read, or other objects',
    };
  }
  const { verdict, before, match } = other.decision;
  switch (verdict) {
    case 'late':
      return { code: 'late', words: describeLate(rule, other) };
    case 'unseen':
      return { code: 'unseen', words: `no execution looks at its time (every ${rule.interval}, from ${rule.from})` };
    case 'cut':
      return { code: 'cut', words: `max_signals (${rule.max_signals}) left it out at every execution` };
    case 'known':
      return otherQuestion.mode === 'parity' || raised.question.mode !== 'parity'
        ? { code: 'known', words: `its terms were known${since(before)}` }
        : whyNew(rule, raised, before);
    case 'history':
      return { code: 'outside', words: `its time (${toIso(match.time_ms)}) lies outside the range` };
    case 'excepted':
      return { code: 'excepted', words: 'an exception matched it' };
    case 'suppressed':
      return { code: 'suppressed', words: 'another alert of its group holds it' };
    case 'copy':
      return { code: 'copy', words: 'it is a copy of another event there' };
    case 'unkeyed':
      return { code: 'unkeyed', words: 'it lacks a value for one of the terms' };
    default:
      return { code: 'not_counted', words: 'it completes no alert there' };
  }
}

function describeLate(rule: Rule, { question, decision }: Decided): string {
  const { match } = decision;
  const lastTick = compileLiveSchedule(rule, question).leaveOf(match.time_ms);
  const last = Number.isFinite(lastTick)
    ? ` (${toIso(lastTick - compileLiveSchedule(rule, question).intervalMs)})`
    : '';
  const seenMs = match.seen?.ms ?? null;
  const when = seenMs === null ? '' : ` at ${toIso(seenMs)}`;
  return `it arrived${when}, after the last execution that would have looked at it${last}`;
}

/** Complete knows the terms, and the live rule raised them: its execution had forgotten them, or had not seen them yet. */
function whyNew(rule: Rule, { question, decision }: Decided, before: Decision['before']): Reason {
  const { tick_ms: tickMs } = decision;
  if (tickMs === undefined || before === null) return { code: 'known', words: `its terms were known${since(before)}` };
  const historyMs = compileLiveSchedule(rule, question).historyOf(tickMs);
  const tick = toIso(tickMs);
  if (before.time_ms < historyMs) {
    return {
      code: 'forgotten',
      words: `seen before at ${toIso(before.time_ms)}, which the execution of ${tick} had forgotten (its history begins at ${toIso(historyMs)})`,
    };
  }
  const { timestamp_override: override = '@timestamp' } = rule;
  const orElse = override === '@timestamp' ? '' : `, or that has another time by ${override}`;
  return {
    code: 'not_arrived',
    words: `seen before at ${toIso(before.time_ms)}, by an event that the execution of ${tick} had not seen${orElse}`,
  };
}

function since(before: Decision['before']): string {
  return before === null ? '' : ` since ${toIso(before.time_ms)}`;
}

function toIso(ms: number): string {
  return new Date(ms).toISOString();
}
