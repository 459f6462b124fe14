import { describe, expect, it } from 'vitest';
import { missingSpans } from './expected-hours.ts';

const at = (text: string): number => Date.parse(`2026-02-${text}Z`);
const listedAtMs = at('05T10:30:00');
const span = (from: string, to: string): { from: number; to: number } => ({ from: at(from), to: at(to) });
const open = { from: Number.NEGATIVE_INFINITY, to: Number.POSITIVE_INFINITY };

describe('what was expected and is not there', () => {
  it.each([
    ['nothing, where every hour has some', 'hourly', [span('01T00:00', '02T00:00')], span('01T00:00', '02T00:00'), []],
    [
      'an hour between',
      'hourly',
      [span('01T00:00', '01T04:00'), span('01T05:00', '02T00:00')],
      open,
      [['01T04', '01T05']],
    ],
    [
      'the end of what was asked',
      'hourly',
      [span('01T00:00', '01T04:00')],
      span('01T00:00', '01T06:00'),
      [['01T04', '01T06']],
    ],
    ['the beginning', 'hourly', [span('01T02:00', '01T04:00')], span('01T00:00', '01T04:00'), [['01T00', '01T02']]],
    ['not what lies outside', 'hourly', [span('01T02:00', '01T04:00')], span('01T02:00', '01T04:00'), []],
    ['all of it', 'daily', [], span('01T00:00', '04T00:00'), [['01T00', '04T00']]],
    [
      'a day between, whatever its hours',
      'daily',
      [span('01T23:00', '02T00:00'), span('03T01:00', '03T02:00')],
      open,
      [['02T00', '03T00']],
    ],
    ['nothing that had not happened', 'hourly', [span('05T00:00', '05T10:00')], span('05T00:00', '09T00:00'), []],
    ['no part of an hour', 'hourly', [span('01T01:00', '01T02:00')], span('01T00:30', '01T02:30'), []],
  ] as const)('is %s', (_what, kind, examined, within, missing) => {
    const found = missingSpans(examined, { expect: kind, within, listedAtMs });
    expect(found.map(({ from, to }) => [from, to].map((ms) => new Date(ms).toISOString().slice(8, 13)))).toEqual(
      missing,
    );
  });

  it('is the time before the listing, where an archive without bounds holds nothing', () => {
    expect(missingSpans([], { expect: 'hourly', within: open, listedAtMs })).toHaveLength(1);
  });
});
