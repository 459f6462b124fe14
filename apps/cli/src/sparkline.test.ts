import { describe, expect, it } from 'vitest';
import { sparkline } from './sparkline.ts';

describe('alerts by day in a line', () => {
  it.each([
    [{}, null],
    [{ '2026-02-01': 3 }, null],
    [{ 'no day': 3, '2026-02-01': 1 }, null],
    [{ '0001-01-01': 1, '9999-12-31': 1 }, null],
    [{ '2026-02-01': 1, '2026-02-02': 8, '2026-02-04': 4 }, '2026-02-01 |▁█ ▄| 2026-02-04, at most 8 a day'],
    [{ '2026-01-01': 2_000, '2026-04-30': 1 }, `2026-01-01 |█${' '.repeat(58)}▁| 2026-04-30, at most 2,000 in 2 days`],
  ])('%j', (days, line) => {
    expect(sparkline(days)).toBe(line);
  });
});
