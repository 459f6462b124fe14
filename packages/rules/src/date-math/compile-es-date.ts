// Elasticsearch's date math, as dates inside a KQL query are read (semantics.md 4.5). A date names an interval: missing hours,
// minutes, seconds and `/unit` are filled down or up, as the operator asks. Missing months and days are 01 either way.

import { parseInstant, toMillis } from '@coldhunt/core';
import { addUnits, floorToUnit, type CalendarUnit } from './calendar.ts';

/** A date literal. Both ends in milliseconds, inclusive; `nowMs` is what `now` stands for. */
export interface EsDate {
  readonly usesNow: boolean;
  floor(nowMs: number): number;
  ceil(nowMs: number): number;
}

type Step = (ms: number, isUp: boolean) => number;

const UNITS: Readonly<Record<string, CalendarUnit>> = {
  y: 'y',
  M: 'M',
  w: 'w',
  d: 'd',
  h: 'h',
  H: 'h',
  m: 'm',
  s: 's',
};
const DATE =
  /^[+-]?\d{4,6}(?:-\d{2}(?:-\d{2}(?:[T ](\d{2})?(?::(\d{2})(?::(\d{2})(?:[.,](\d+))?)?)?(?:Z|[+-]\d{2}(?::?\d{2})?)?)?)?)?$/i;
const EPOCH = /^-?\d{1,19}$/;
const DAY_MS = 86_400_000;

/** Compiles a date literal; null when the text is no date and no date math. */
export function compileEsDate(text: string): EsDate | null {
  if (text.startsWith('now')) return compileMath(text.slice(3), null);
  const bars = text.indexOf('||');
  if (bars >= 0) {
    const anchor = parseDate(text.slice(0, bars));
    return anchor === null ? null : compileMath(text.slice(bars + 2), anchor.floor);
  }
  const date = parseDate(text);
  if (date === null) return null;
  return { usesNow: false, floor: () => date.floor, ceil: () => date.ceil };
}

function compileMath(math: string, anchor: number | null): EsDate | null {
  const steps = parseSteps(math);
  if (steps === null) return null;
  const run = (nowMs: number, isUp: boolean): number => {
    let ms = anchor ?? nowMs;
    for (const step of steps) ms = step(ms, isUp);
    return ms;
  };
  return {
    usesNow: anchor === null,
    floor: (nowMs) => run(nowMs, false),
    ceil: (nowMs) => run(nowMs, true),
  };
}

function parseSteps(math: string): readonly Step[] | null {
  const steps: Step[] = [];
  let at = 0;
  while (at < math.length) {
    const [all, operator, digits = '', letter = ''] = /^([+\-/])(\d{0,9})([a-z])/i.exec(math.slice(at, at + 12)) ?? [];
    const unit = Object.hasOwn(UNITS, letter) ? UNITS[letter] : undefined;
    if (all === undefined || unit === undefined) return null;
    const count = digits === '' ? 1 : Number(digits);
    if (operator === '/') {
      if (count !== 1) return null;
      steps.push((ms, isUp) => {
        const floor = floorToUnit(ms, unit, 1);
        return isUp ? addUnits(floor, 1, unit) - 1 : floor;
      });
    } else {
      steps.push((ms) => addUnits(ms, operator === '+' ? count : -count, unit));
    }
    at += all.length;
  }
  return steps;
}

function parseDate(text: string): { floor: number; ceil: number } | null {
  const nanos = parseInstant(text);
  if (nanos === null || text !== text.trim()) return null;
  const floor = toMillis(nanos);
  if (EPOCH.test(text) && text.length !== 4) return { floor, ceil: floor };
  const [all, hour, minute, second, fraction] = DATE.exec(text) ?? [];
  if (all === undefined) return null;
  const span = hour === undefined ? DAY_MS : minute === undefined ? 3_600_000 : second === undefined ? 60_000 : 1_000;
  return { floor, ceil: fraction === undefined ? floor + span - 1 : floor };
}
