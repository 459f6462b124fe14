import fc from 'fast-check';
import { expect, it } from 'vitest';
import { compileTicks } from './ticks.ts';

const MINUTE = 60_000;
const LAST_MS = 8_640_000_000_000_000;

const rule = fc.record({
  interval: fc.constantFrom('1s', '5m', '7m', '1h', '1d'),
  from: fc.constantFrom('now-9m', 'now-1h', 'now-1d/d', 'now-2w/w-3h'),
  to: fc.constantFrom('now', 'now-5m', 'now+2m', 'now/h'),
});

it('runs at multiples of the interval and looks at both ends of the window', () => {
  const ticks = compileTicks({ interval: '5m', from: 'now-9m', to: 'now' });
  const noon = Date.UTC(2026, 1, 1, 12);
  expect(ticks.firstReaching(noon)).toBe(noon);
  expect(ticks.firstReaching(noon + 1)).toBe(noon + 5 * MINUTE);
  expect([ticks.startOf(noon), ticks.endOf(noon)]).toEqual([noon - 9 * MINUTE, noon]);
  expect(ticks.firstStartingAfter(noon - 9 * MINUTE)).toBe(noon + 5 * MINUTE);
  expect(ticks.firstStartingAfter(noon - 9 * MINUTE - 1)).toBe(noon);
});

it('finds the first execution of those that look at an instant or begin after it', () => {
  const instant = fc.integer({ min: Date.UTC(1969, 0, 1), max: Date.UTC(2035, 0, 1) });
  fc.assert(
    fc.property(rule, instant, (given, ms) => {
      const ticks = compileTicks(given);
      const reaching = ticks.firstReaching(ms);
      expect(Number.isInteger(reaching / ticks.intervalMs)).toBe(true);
      expect(ticks.endOf(reaching)).toBeGreaterThanOrEqual(ms);
      expect(ticks.endOf(reaching - ticks.intervalMs)).toBeLessThan(ms);
      const after = ticks.firstStartingAfter(ms);
      expect(ticks.startOf(after)).toBeGreaterThan(ms);
      expect(ticks.startOf(after - ticks.intervalMs)).toBeLessThanOrEqual(ms);
    }),
    { numRuns: 500 },
  );
});

it('answers for any instant that a date can hold', () => {
  const ticks = compileTicks({ interval: '5m', from: 'now-9m', to: 'now' });
  for (const ms of [-LAST_MS, -LAST_MS + 1, -1, 0, LAST_MS - 1, LAST_MS]) {
    expect(new Date(ticks.firstReaching(ms)).toISOString()).toMatch(/Z$/);
    expect(ticks.startOf(ticks.firstReaching(ms))).toBeLessThanOrEqual(ms);
  }
});

it('begins every window at a date that is given as one', () => {
  const ticks = compileTicks({ interval: '5m', from: '2026-02-01', to: 'now' });
  const noon = Date.UTC(2026, 1, 1, 12);
  expect(ticks.isStartFixed).toBe(true);
  expect(ticks.startOf(ticks.firstReaching(noon))).toBe(Date.UTC(2026, 1, 1));
  expect(ticks.firstStartingAfter(noon)).toBe(Infinity);
  expect(ticks.startOf(Infinity)).toBe(Infinity);
});
