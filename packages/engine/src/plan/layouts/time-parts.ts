// The parts of a time that a key names -> the bucket that they stand for.

import type { KeyTime } from './layout.ts';
import type { TimeZone } from './time-zone.ts';

export type TimeUnit = 'year' | 'month' | 'day' | 'hour' | 'minute' | 'second' | 'dayOfYear' | 'epoch';
export type TimeParts = Readonly<Partial<Record<TimeUnit, number>>>;

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
// Epochs of 12 digits and more are milliseconds: seconds would lie beyond the year 5000.
const LEAST_MILLIS = 100_000_000_000;

/** What is missing or too much in a set of parts, or null when they name a bucket. */
export function checkUnits(units: ReadonlySet<TimeUnit>): string | null {
  if (units.has('epoch'))
    return units.size === 1 ? null : 'an epoch stands for itself: no other part of a time beside it';
  if (!units.has('year')) return 'no year: it names no time';
  if (units.has('dayOfYear')) {
    if (units.has('month') || units.has('day')) return 'a day of the year stands without month and day';
  } else if (units.has('day') && !units.has('month')) return 'a day without its month';
  const hasDay = units.has('day') || units.has('dayOfYear');
  if (units.has('hour') && !hasDay) return 'an hour without its day';
  if (units.has('minute') && !units.has('hour')) return 'a minute without its hour';
  if (units.has('second') && !units.has('minute')) return 'a second without its minute';
  return null;
}

/** The bucket, as wide as the finest part; null when the parts are no real time. */
export function toKeyTime(parts: TimeParts, zone: TimeZone): KeyTime | null {
  const { epoch } = parts;
  if (epoch !== undefined) {
    const ms = epoch >= LEAST_MILLIS ? epoch : epoch * SECOND;
    const width = epoch >= LEAST_MILLIS ? 1 : SECOND;
    return ms + width <= 8.64e15 ? { from: ms, to: ms + width } : null;
  }
  const wall = wallBucket(parts);
  return wall === null ? null : zone.toUtc(wall);
}

function wallBucket(parts: TimeParts): KeyTime | null {
  const { year = -1, month, day, dayOfYear, hour, minute, second } = parts;
  if (year < 1 || year > 9999) return null;
  if (dayOfYear === undefined && month === undefined) return { from: at(year, 0, 1), to: at(year + 1, 0, 1) };
  if (month !== undefined && (month < 1 || month > 12)) return null;
  if (dayOfYear === undefined && day === undefined && month !== undefined)
    return { from: at(year, month - 1, 1), to: at(year, month, 1) };
  const start = dayOfYear === undefined ? at(year, (month ?? 1) - 1, day ?? 1) : at(year, 0, dayOfYear);
  const isDay = dayOfYear === undefined ? new Date(start).getUTCDate() === day : isDayOf(year, dayOfYear);
  if (!isDay) return null;
  if (hour === undefined) return { from: start, to: start + DAY };
  if (hour > 23) return null;
  if (minute === undefined) return { from: start + hour * HOUR, to: start + (hour + 1) * HOUR };
  if (minute > 59) return null;
  const atMinute = start + hour * HOUR + minute * MINUTE;
  if (second === undefined) return { from: atMinute, to: atMinute + MINUTE };
  return second > 60 ? null : { from: atMinute + second * SECOND, to: atMinute + (second + 1) * SECOND };
}

function isDayOf(year: number, dayOfYear: number): boolean {
  return dayOfYear >= 1 && at(year, 0, dayOfYear) < at(year + 1, 0, 1);
}

// Date.UTC takes years below 100 for the twentieth century.
function at(year: number, month: number, day: number): number {
  const date = new Date(0);
  date.setUTCFullYear(year, month, day);
  return date.getTime();
}
