// Times read from bytes against the same read from texts.

import fc from 'fast-check';
import { expect, it } from 'vitest';
import { earliestMillis, plainMillisAt } from './earliest-time.ts';
import { parseMillis } from './instant.ts';

const two = fc.oneof({ weight: 9, arbitrary: fc.integer({ min: 0, max: 31 }) }, fc.integer({ min: 32, max: 99 }));
const time = fc
  .tuple(
    fc.oneof(fc.integer({ min: 1900, max: 2100 }), fc.integer({ min: 0, max: 9999 })),
    fc.integer({ min: 0, max: 13 }),
    two,
    two,
    two,
    two,
    fc.constantFrom('', '.', '.0', '.5', '.123', '.9999999', '.123456789012', ',5'),
    fc.constantFrom('Z', 'Z', 'Z', 'z', '+01:00', ''),
  )
  .map(([year, month, day, hour, minute, second, fraction, zone]) => {
    const pad = (number: number, length = 2): string => String(number).padStart(length, '0');
    return `${pad(year, 4)}-${pad(month)}-${pad(day)}T${pad(hour)}:${pad(minute)}:${pad(second)}${fraction}${zone}`;
  });
const damaged = fc
  .tuple(time, fc.nat(25), fc.constantFrom('', ' ', '-', ':', 'T', '0', 'x', 'é'))
  .map(([text, at, put]) => text.slice(0, at) + put + text.slice(at + 1));

it('reads from bytes what is read from texts, or leaves it to them', () => {
  let read = 0;
  fc.assert(
    fc.property(fc.oneof({ weight: 4, arbitrary: time }, damaged), fc.constantFrom('', 'xy'), (text, before) => {
      const bytes = Buffer.from(`${before}${text}7`);
      const ms = plainMillisAt(bytes, before.length, bytes.length - 1);
      if (ms === null) return;
      expect(ms).toBe(parseMillis(text));
      read += 1;
    }),
    { numRuns: 5_000 },
  );
  expect(read).toBeGreaterThan(500);
});

it('reads every day but those that not every year has', () => {
  for (let day = Date.UTC(1895, 0, 1); day < Date.UTC(2105, 0, 1); day += 86_400_000 * 3) {
    const text = new Date(day + 3_723_004).toISOString();
    expect(plainMillisAt(Buffer.from(text), 0, text.length)).toBe(text.includes('-02-29T') ? null : day + 3_723_004);
  }
});

it('takes the earliest of the values that are times', () => {
  expect(earliestMillis(['x', '2026-02-01T00:00:01Z', '2026-02-01T00:00:00Z', true])).toBe(Date.UTC(2026, 1, 1));
  expect(earliestMillis(['x', 1e300])).toBe(null);
  expect(earliestMillis([])).toBe(null);
});
