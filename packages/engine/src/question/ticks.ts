// When a rule runs and what each run looks at. Executions stand at the multiples of the rule's interval since 1970, moved by an offset;
// the window of one goes from the rule's `from` to its `to`, both inclusive (semantics.md 1.2). Windows move forward only: months and
// years do not.

import { AppError } from '@coldhunt/core';
import { compileDateMath, parseInterval, type DateMath, type Rule } from '@coldhunt/rules';

/** Executions are named by their instant in milliseconds. */
export interface Ticks {
  readonly intervalMs: number;
  /** Whether all windows begin at one instant: the rule's `from` is a date. */
  readonly isStartFixed: boolean;
  /** The first instant that the execution looks at. */
  startOf(tickMs: number): number;
  /** The last instant that it looks at. */
  endOf(tickMs: number): number;
  /** The first execution at the instant or after it. */
  firstFrom(ms: number): number;
  /** The first execution that looks at the instant or begins after it. */
  firstReaching(ms: number): number;
  /** The first execution at which `holds` is true, looked for from `near`; it must hold at all later ones, and at some. */
  firstWhere(near: number, holds: (tickMs: number) => boolean): number;
  /** The first execution whose window begins after the instant; infinite where none does. */
  firstStartingAfter(ms: number): number;
}

/** What a date can hold (ECMAScript). */
const LAST_MS = 8_640_000_000_000_000;

/** The executions of a rule whose `to` is relative to now, moved by `offsetMs`. Throws InputError TIME_INVALID or DATE_MATH_INVALID. */
export function compileTicks({ interval, from, to }: Pick<Rule, 'interval' | 'from' | 'to'>, offsetMs = 0): Ticks {
  const intervalMs = parseInterval(interval);
  const start = compileDateMath(from);
  const end = compileDateMath(to);
  const startOf = (tickMs: number): number => instantOf(start, tickMs);
  const endOf = (tickMs: number): number => instantOf(end, tickMs);
  const first = (near: number, holds: (tickMs: number) => boolean): number =>
    firstTick(near - offsetMs, intervalMs, (tickMs) => holds(tickMs + offsetMs)) + offsetMs;
  return {
    intervalMs,
    isStartFixed: start.isAbsolute,
    startOf,
    endOf,
    firstWhere: first,
    firstFrom: (ms) => Math.ceil((ms - offsetMs) / intervalMs) * intervalMs + offsetMs,
    firstReaching: (ms) =>
      Math.min(
        first(ms, (tickMs) => endOf(tickMs) >= ms),
        LAST_MS,
      ),
    firstStartingAfter: (ms) => {
      const tickMs = first(ms, (each) => startOf(each) > ms);
      return tickMs > LAST_MS ? Number.POSITIVE_INFINITY : tickMs;
    },
  };
}

/** Beyond what a date can hold windows lie beyond every event. */
export function instantOf(date: DateMath, tickMs: number): number {
  if (Math.abs(tickMs) > LAST_MS) return tickMs < 0 ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
  try {
    return date.at(tickMs);
  } catch (error) {
    if (!(error instanceof AppError) || error.code !== 'DATE_MATH_INVALID') throw error;
    return tickMs < 0 ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
  }
}

/** The first multiple of the interval at which `holds` is true; it holds at all later ones. Found in doubling steps from `near`. */
function firstTick(near: number, intervalMs: number, holds: (tickMs: number) => boolean): number {
  let step = 1;
  let last = Math.ceil(near / intervalMs);
  let before: number;
  if (holds(last * intervalMs)) {
    before = last - 1;
    while (holds(before * intervalMs)) {
      last = before;
      step *= 2;
      before -= step;
    }
  } else {
    before = last;
    last += 1;
    while (!holds(last * intervalMs)) {
      before = last;
      step *= 2;
      last += step;
    }
  }
  while (last - before > 1) {
    const middle = Math.floor((before + last) / 2);
    if (holds(middle * intervalMs)) last = middle;
    else before = middle;
  }
  // A negative zero is an instant like zero.
  return last * intervalMs + 0;
}
