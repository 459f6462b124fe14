// Kibana's date math: a rule's `from`, `to` and `history_window_start` (semantics.md 1.4). UTC; `/unit` floors, weeks start on Sunday.

import { InputError, isWritableTime, parseInstant, toMillis } from '@coldhunt/core';
import { addUnits, floorToUnit, type CalendarUnit } from './calendar.ts';

/** A parsed expression. */
export interface DateMath {
  readonly text: string;
  /** Whether it is a fixed instant that does not move with `now`. */
  readonly isAbsolute: boolean;
  /** The instant in milliseconds for a `now` in milliseconds. Throws InputError DATE_MATH_INVALID beyond what a date can hold. */
  at(nowMs: number): number;
}

type Step = (ms: number) => number;

const UNITS: readonly CalendarUnit[] = ['ms', 's', 'm', 'h', 'd', 'w', 'M', 'y'];
const EXTENDED_DATE = /^[+-]?\d{4,6}(?:$|-)/;
const BASIC_DATE = /^(\d{4})(\d{2})(\d{2})$/;

/** The instant of an expression in milliseconds. Throws InputError DATE_MATH_INVALID. */
export function parseDateMath(expression: string, nowMs: number): number {
  return compileDateMath(expression).at(nowMs);
}

/** Parses an expression once for many `now`s. Throws InputError DATE_MATH_INVALID with what was found and expected. */
export function compileDateMath(expression: string): DateMath {
  if (typeof expression !== 'string') throw invalid(String(expression), 'it must be a string');
  const { anchor, steps } = cut(expression);
  const at = (nowMs: number): number => {
    const ms = steps.reduce((instant, step) => step(instant), anchor ?? nowMs);
    if (!isWritableTime(ms)) throw invalid(expression, 'the time lies beyond what a date can hold');
    return ms;
  };
  if (anchor !== null) at(0);
  return { text: expression, isAbsolute: anchor !== null, at };
}

/** The start of the history window of an event at `ms`: the expression with that event as its `now` (architecture.md, Time). */
export function subtractHistoryWindow(ms: number, expression: string): number {
  return parseDateMath(expression, ms);
}

function cut(expression: string): { anchor: number | null; steps: readonly Step[] } {
  if (expression.startsWith('now')) return { anchor: null, steps: parseSteps(expression, 3) };
  const bars = expression.indexOf('||');
  const dateText = bars < 0 ? expression : expression.slice(0, bars);
  const anchor = parseDate(dateText);
  if (anchor === null) throw invalid(expression, `"${clip(dateText)}" is neither "now" nor an ISO 8601 date`);
  return { anchor, steps: bars < 0 ? [] : parseSteps(expression, bars + 2) };
}

function parseDate(text: string): number | null {
  const basic = BASIC_DATE.exec(text);
  const extended = basic === null ? text : `${basic[1]}-${basic[2]}-${basic[3]}`;
  if (!EXTENDED_DATE.test(extended)) return null;
  const nanos = parseInstant(extended);
  return nanos === null ? null : toMillis(nanos);
}

function parseSteps(expression: string, from: number): readonly Step[] {
  const steps: Step[] = [];
  let at = from;
  while (at < expression.length) {
    const operator = expression.charAt(at);
    if (operator !== '+' && operator !== '-' && operator !== '/') {
      throw invalid(expression, `"+", "-" or "/" expected at column ${at + 1}, found "${operator}"`);
    }
    const [, digits = '', , letters = ''] = /^(\d*)(\s*)([a-z]*)/i.exec(expression.slice(at + 1, at + 64)) ?? [];
    const spaces = /^\d+(\s*)/.exec(expression.slice(at + 1, at + 64))?.[1] ?? '';
    const unit = UNITS.find((known) => known === letters);
    if (unit === undefined || (digits === '' && spaces !== '')) {
      throw invalid(
        expression,
        `a unit (${UNITS.join(' ')}) expected after "${operator}${digits}", found "${letters}"`,
      );
    }
    const count = digits === '' ? 1 : Number(digits);
    if (operator === '/') {
      if (count !== 1) throw invalid(expression, `"/" rounds to one unit, found "/${digits}${unit}"`);
      steps.push((ms) => floorToUnit(ms, unit, 0));
    } else {
      steps.push((ms) => addUnits(ms, operator === '+' ? count : -count, unit));
    }
    at += 1 + digits.length + spaces.length + unit.length;
  }
  return steps;
}

function invalid(expression: string, problem: string): InputError {
  return new InputError(
    'DATE_MATH_INVALID',
    `invalid date math "${clip(expression)}": ${problem}; expected e.g. now-7d, now/d, 2026-02-01 or 2026-02-01||-1d`,
    { details: { expression: clip(expression) } },
  );
}

function clip(text: string): string {
  return text.length > 60 ? `${text.slice(0, 60)}…` : text;
}
