// Nights of schedules, over the nights when clocks change.

import { describe, expect, it } from 'vitest';
import { dueNights } from './schedule.ts';

function nights(cron: string, tz: string, from: string, now: string, latenessMs = 0): string[] {
  return [...dueNights({ cron, tz, lateness_ms: latenessMs }, Date.parse(from), Date.parse(now))].map(
    ({ fromMs, toMs }) => `${new Date(fromMs).toISOString()} ${(toMs - fromMs) / 3_600_000}h`,
  );
}

describe('due nights', () => {
  it('are of 23, 24 and 25 hours where clocks change, without a hole and without an overlap', () => {
    expect(nights('0 0 * * *', 'Europe/Berlin', '2026-03-27T23:00:00Z', '2026-03-30T12:00:00Z')).toEqual([
      '2026-03-27T23:00:00.000Z 24h',
      '2026-03-28T23:00:00.000Z 23h',
    ]);
    expect(nights('0 0 * * *', 'Europe/Berlin', '2026-10-23T22:00:00Z', '2026-10-26T12:00:00Z')).toEqual([
      '2026-10-23T22:00:00.000Z 24h',
      '2026-10-24T22:00:00.000Z 25h',
    ]);
  });

  it('run once in a night whose hour there is twice, and in one whose hour there is not', () => {
    expect(nights('30 2 * * *', 'Europe/Berlin', '2026-10-24T00:30:00Z', '2026-10-26T12:00:00Z')).toHaveLength(2);
    expect(nights('30 2 * * *', 'Europe/Berlin', '2026-03-28T01:30:00Z', '2026-03-30T12:00:00Z')).toHaveLength(2);
  });

  it('end their lateness before they run', () => {
    expect(nights('15 2 * * *', 'UTC', '2026-02-01T00:15:00Z', '2026-02-03T02:15:00Z', 7_200_000)).toEqual([
      '2026-02-01T00:15:00.000Z 24h',
      '2026-02-02T00:15:00.000Z 24h',
    ]);
    expect(nights('15 2 * * *', 'UTC', '2026-02-01T00:15:00Z', '2026-02-02T02:14:59Z', 7_200_000)).toEqual([]);
  });

  it('are caught up after a week without a run', () => {
    expect(nights('0 1 * * *', 'UTC', '2026-02-01T01:00:00Z', '2026-02-08T05:00:00Z')).toHaveLength(7);
  });
});
