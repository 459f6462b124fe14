// When schedules ring, against a twin that looks at every minute; where clocks change most of all.

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { nextInstant } from './next-instant.ts';

const MINUTE = 60_000;
const DAY = 1440 * MINUTE;
/** Days on which clocks change: by an hour at night, by half an hour, at midnight, and on no day at all. */
const CHANGES: readonly (readonly [tz: string, day: string])[] = [
  ['Europe/Berlin', '2026-03-29'],
  ['Europe/Berlin', '2026-10-25'],
  ['America/New_York', '2026-03-08'],
  ['America/New_York', '2026-11-01'],
  ['Australia/Lord_Howe', '2026-04-05'],
  ['Australia/Lord_Howe', '2026-10-04'],
  ['America/Santiago', '2026-04-05'],
  ['America/Santiago', '2026-09-06'],
  ['Africa/Cairo', '2026-04-24'],
  ['Asia/Beirut', '2026-03-29'],
  ['Asia/Kolkata', '2026-06-01'],
  ['UTC', '2028-02-29'],
];

function instants(cron: string, tz: string, fromMs: number, toMs: number): number[] {
  const found: number[] = [];
  for (let ms = nextInstant(cron, tz, fromMs); ms < toMs; ms = nextInstant(cron, tz, ms)) found.push(ms);
  return found;
}

function clockOf(tz: string): (ms: number) => string {
  const format = new Intl.DateTimeFormat('sv', { timeZone: tz, dateStyle: 'short', timeStyle: 'short' });
  return (ms) => format.format(ms);
}

describe('the next instant of a schedule', () => {
  it.each([
    // Put forward from 2 to 3, and from 0 to 1.
    ['30 2 * * *', 'Europe/Berlin', '2026-03-28T12:00:00Z', '2026-03-29T01:00:00.000Z'],
    ['15 2,3 * * *', 'Europe/Berlin', '2026-03-29T01:00:00Z', '2026-03-29T01:15:00.000Z'],
    ['15 0 * * *', 'America/Santiago', '2026-09-05T12:00:00Z', '2026-09-06T04:00:00.000Z'],
    // Put back from 3 to 2: at its first.
    ['30 2 * * *', 'Europe/Berlin', '2026-10-24T12:00:00Z', '2026-10-25T00:30:00.000Z'],
    ['30 2 * * *', 'Europe/Berlin', '2026-10-25T00:30:00Z', '2026-10-26T01:30:00.000Z'],
    // By time that passes.
    ['30 * * * *', 'Europe/Berlin', '2026-10-25T00:30:00Z', '2026-10-25T01:30:00.000Z'],
    ['30 * * * *', 'Europe/Berlin', '2026-03-29T00:30:00Z', '2026-03-29T01:30:00.000Z'],
    ['0 0 29 2 *', 'UTC', '2026-01-01T00:00:00Z', '2028-02-29T00:00:00.000Z'],
    ['0 0 29 2 *', 'UTC', '2096-03-01T00:00:00Z', '2104-02-29T00:00:00.000Z'],
    ['0 0 L * *', 'UTC', '2026-02-01T00:00:00Z', '2026-02-28T00:00:00.000Z'],
    ['0 0 13 * FRI', 'UTC', '2026-02-01T00:00:00Z', '2026-02-06T00:00:00.000Z'],
    ['0 0 13 * FRI', 'UTC', '2026-03-06T00:00:00Z', '2026-03-13T00:00:00.000Z'],
    ['0 6 * * 7', 'UTC', '2026-02-01T06:00:00Z', '2026-02-08T06:00:00.000Z'],
    ['0 6 * JAN-MAR MON,WED', 'UTC', '2026-03-30T06:00:00Z', '2027-01-04T06:00:00.000Z'],
    ['*/20 8-10/2 * * *', 'UTC', '2026-02-01T08:40:00Z', '2026-02-01T10:00:00.000Z'],
    ['15 2 * * *', 'UTC', '2026-02-01T02:14:59.999Z', '2026-02-01T02:15:00.000Z'],
    ['15 2 * * *', 'UTC', '2026-02-01T02:15:00.000Z', '2026-02-02T02:15:00.000Z'],
  ])('of %s in %s after %s is %s', (cron, tz, after, expected) => {
    expect(new Date(nextInstant(cron, tz, Date.parse(after))).toISOString()).toBe(expected);
  });

  it.each(CHANGES)('is one a day in %s around %s, at whatever time of the night', (tz, day) => {
    const clock = clockOf(tz);
    const noon = Date.parse(`${day}T12:00:00Z`);
    for (let minute = 0; minute < 240; minute += 30) {
      const cron = `${minute % 60} ${Math.floor(minute / 60)} * * *`;
      const days = instants(cron, tz, noon - 2 * DAY, noon + 2 * DAY).map((ms) => clock(ms).slice(0, 10));
      const expected = days.map((_, index) =>
        new Date(Date.parse(days[0] ?? '') + index * DAY).toISOString().slice(0, 10),
      );
      expect(days, cron).toEqual(expected);
      expect(days.length, cron).toBeGreaterThanOrEqual(3);
    }
  });

  it('is what a look at every minute finds', () => {
    const part = (most: number): fc.Arbitrary<string> =>
      fc.oneof(
        fc.constant('*'),
        fc
          .uniqueArray(fc.integer({ min: 0, max: most }), { minLength: 1, maxLength: 4 })
          .map((values) => values.join(',')),
        fc.integer({ min: 2, max: 9 }).map((step) => `*/${step}`),
      );
    const input = fc.record({
      change: fc.constantFrom(...CHANGES),
      // Mostly where clocks change.
      hour: fc.oneof(part(4), part(23)),
      minute: part(59),
      offset: fc.integer({ min: 0, max: 1440 }),
    });
    fc.assert(
      fc.property(input, ({ change: [tz, day], hour, minute, offset }) => {
        const cron = `${minute} ${hour} * * *`;
        const from = Date.parse(day) - DAY + 2 * offset * MINUTE;
        const to = from + DAY / 2;
        expect(instants(cron, tz, from, to), `${cron} ${tz} ${new Date(from).toISOString()}`).toEqual(
          lookAtEveryMinute({ cron, tz, from, to }),
        );
      }),
      { numRuns: 4 },
    );
  });

  it.each([
    ['0 0 30 2 *', 'it never fires'],
    ['0 0 31 4,6,9,11 *', 'it never fires'],
    ['* * *', 'five fields expected'],
    ['0 0 2 * * *', 'five fields expected'],
    ['@daily', 'five fields expected'],
    ['60 0 * * *', 'expected range 0-59'],
    ['H 2 * * *', '"H" is not understood'],
    ['0 0 * * 5#2', '"5#2" is not understood'],
    ['0 0 * * 5L', '"5L" is not understood'],
    ['0 0 15W * *', '"15W" is not understood'],
    ['five 0 * * *', ''],
    ['0 0 * FOO *', ''],
    ['0 0 0 * *', ''],
    ['5-1 0 * * *', ''],
  ])('does not exist of %j', (cron, message) => {
    expect(() => nextInstant(cron, 'UTC', 0)).toThrow(
      expect.objectContaining({ code: 'WATCH_INVALID', message: expect.stringContaining(message) as string }),
    );
  });

  it('takes any text without another error', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.stringMatching(/^[-0-9*,/ A-Z]{9,20}$/)), (cron) => {
        try {
          expect(nextInstant(cron, 'UTC', 0)).toBeGreaterThan(0);
        } catch (error) {
          expect(error).toMatchObject({ code: 'WATCH_INVALID' });
        }
      }),
      { numRuns: 100 },
    );
  });
});

/** Minute after minute: what the clock shows, whether it showed it before, and what it passed over. */
function lookAtEveryMinute({ cron, tz, from, to }: { cron: string; tz: string; from: number; to: number }): number[] {
  const [minute = '', hour = ''] = cron.split(' ');
  const isHourly = hour === '*';
  const names = (part: string, value: number): boolean =>
    part === '*' ||
    (part.startsWith('*/') ? value % Number(part.slice(2)) === 0 : part.split(',').includes(String(value)));
  const isNamed = (shown: number): boolean => {
    const date = new Date(shown);
    return names(hour, date.getUTCHours()) && names(minute, date.getUTCMinutes());
  };
  const clock = clockOf(tz);
  const shownAt = (ms: number): number => Date.parse(`${clock(ms).replace(' ', 'T')}Z`);
  const found: number[] = [];
  const seen = new Set<number>();
  const first = Math.ceil((from - 4 * 60 * MINUTE) / MINUTE) * MINUTE;
  for (let ms = first, before = shownAt(ms - MINUTE); ms < to; ms += MINUTE) {
    const shown = shownAt(ms);
    let rings = isNamed(shown) && (isHourly || !seen.has(shown));
    if (!isHourly) for (let passed = before + MINUTE; passed < shown; passed += MINUTE) rings ||= isNamed(passed);
    if (rings && ms > from) found.push(ms);
    seen.add(shown);
    before = shown;
  }
  return found;
}
