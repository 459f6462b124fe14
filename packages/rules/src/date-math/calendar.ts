// Calendar arithmetic in UTC on milliseconds since 1970: what both date maths need.

export type CalendarUnit = 'ms' | 's' | 'm' | 'h' | 'd' | 'w' | 'M' | 'y';

const UNIT_MS: Readonly<Record<'ms' | 's' | 'm' | 'h' | 'd' | 'w', number>> = {
  ms: 1,
  s: 1_000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
  w: 604_800_000,
};

/** Adds a number of units. Months and years keep the day of the month, cut to the month's last (31 March - 1M = 28 February). */
export function addUnits(ms: number, count: number, unit: CalendarUnit): number {
  if (unit !== 'M' && unit !== 'y') return ms + count * UNIT_MS[unit];
  const date = new Date(ms);
  const day = date.getUTCDate();
  date.setUTCDate(1);
  date.setUTCMonth(date.getUTCMonth() + (unit === 'y' ? count * 12 : count));
  const lastDay = new Date(Date.UTC(2000, date.getUTCMonth() + 1, 0));
  lastDay.setUTCFullYear(date.getUTCFullYear(), date.getUTCMonth() + 1, 0);
  date.setUTCDate(Math.min(day, lastDay.getUTCDate()));
  return date.getTime();
}

/** The first millisecond of the unit that holds `ms`. `weekStart`: 0 Sunday, 1 Monday. */
export function floorToUnit(ms: number, unit: CalendarUnit, weekStart: 0 | 1): number {
  if (unit === 'M' || unit === 'y') {
    const date = new Date(ms);
    date.setUTCHours(0, 0, 0, 0);
    if (unit === 'y') date.setUTCMonth(0, 1);
    else date.setUTCDate(1);
    return date.getTime();
  }
  // 1970-01-01 was a Thursday.
  const shift = unit === 'w' ? (4 - weekStart) * UNIT_MS.d : 0;
  return Math.floor((ms + shift) / UNIT_MS[unit]) * UNIT_MS[unit] - shift;
}
