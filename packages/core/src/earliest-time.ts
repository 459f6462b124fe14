// Hot path. The earliest of a field's values that is a time, and times read from the bytes of a document without a text being made of them.

import { isWritableTime, parseMillis } from './instant.ts';
import type { Scalar } from './scalar.ts';

const DASH = 0x2d;
const COLON = 0x3a;
const POINT = 0x2e;
const LETTER_T = 0x54;
const LETTER_Z = 0x5a;
const DAY_MS = 86_400_000;
/** Where the digits of a fraction begin, and where those of milliseconds end. */
const FRACTION = 20;
const MILLIS_END = 23;

/** Milliseconds (floor) of the earliest value that is a time and can be written as one; null: none is. */
export function earliestMillis(values: readonly Scalar[]): number | null {
  let earliest: number | null = null;
  for (let i = 0; i < values.length; i += 1) earliest = earlierOf(earliest, parseMillis(values[i] as Scalar));
  return earliest;
}

/** The earlier of two times, either of which may be none, or none that can be written. */
export function earlierOf(earliest: number | null, ms: number | null): number | null {
  return ms !== null && isWritableTime(ms) && (earliest === null || ms < earliest) ? ms : earliest;
}

/**
 * What `parseMillis` gives for the text `bytes[start, end)` where it is spelled as nearly all are, `2026-02-01T10:00:00.123Z` with or without
 * a fraction of any length; null: `parseMillis` must be asked.
 */
export function plainMillisAt(bytes: Uint8Array, start: number, end: number): number | null {
  const length = end - start;
  if (length < FRACTION || bytes[end - 1] !== LETTER_Z) return null;
  if (bytes[start + 4] !== DASH || bytes[start + 7] !== DASH || bytes[start + 10] !== LETTER_T) return null;
  if (bytes[start + 13] !== COLON || bytes[start + 16] !== COLON) return null;
  const century = pairAt(bytes, start);
  const yearOfCentury = pairAt(bytes, start + 2);
  const month = pairAt(bytes, start + 5);
  const day = pairAt(bytes, start + 8);
  const hour = pairAt(bytes, start + 11);
  const minute = pairAt(bytes, start + 14);
  const second = pairAt(bytes, start + 17);
  if (century < 1 || yearOfCentury < 0 || month < 1 || month > 12 || day < 1 || day > lastDay(month)) return null;
  if (hour < 0 || hour > 23 || minute < 0 || minute > 59 || second < 0 || second > 59) return null;
  let ms = 0;
  if (length > FRACTION) {
    if (bytes[start + FRACTION - 1] !== POINT || length < FRACTION + 2) return null;
    for (let at = FRACTION; at < length - 1; at += 1) {
      const digit = (bytes[start + at] as number) - 0x30;
      if (digit < 0 || digit > 9) return null;
      if (at < MILLIS_END) ms = ms * 10 + digit;
    }
    for (let at = length - 1; at < MILLIS_END; at += 1) ms *= 10;
  }
  return (
    daysSince1970(century * 100 + yearOfCentury, month, day) * DAY_MS + ((hour * 60 + minute) * 60 + second) * 1000 + ms
  );
}

/** Two digits; less than 0: they are none. */
function pairAt(bytes: Uint8Array, at: number): number {
  const tens = (bytes[at] as number) - 0x30;
  const ones = (bytes[at + 1] as number) - 0x30;
  return tens < 0 || tens > 9 || ones < 0 || ones > 9 ? -1 : tens * 10 + ones;
}

/** Of a month of any year: the last day of February is left to the calendar. */
function lastDay(month: number): number {
  if (month === 2) return 28;
  return month === 4 || month === 6 || month === 9 || month === 11 ? 30 : 31;
}

/** Of the Gregorian calendar, with years that begin in March, so that the day of a leap year is the last one. */
function daysSince1970(year: number, month: number, day: number): number {
  const shifted = month > 2 ? year : year - 1;
  const fromMarch = (month + 9) % 12;
  const leaps = Math.floor(shifted / 4) - Math.floor(shifted / 100) + Math.floor(shifted / 400);
  return shifted * 365 + leaps + Math.floor((fromMarch * 153 + 2) / 5) + day - 1 - 719_468;
}
