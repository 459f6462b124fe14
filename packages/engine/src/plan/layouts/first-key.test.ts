import { describe, expect, it } from 'vitest';
import { firstKeyAt } from './first-key.ts';
import { keyTime, parseLayout } from './layout.ts';

const TIME = Date.parse('2026-03-05T07:45:00Z');

describe('the first key of a time', () => {
  it.each([
    ['logs/%Y/%m/%d/%H/*', 'logs/2026/03/05/07/'],
    ['%Y/%m/%d', '2026/03/05'],
    ['year=/month=/day=', 'year=2026/month=03/day=05'],
    ['a/%Y-%m-%dT%H', 'a/2026-03-05T07'],
    ['logs/%Y/*/%m', 'logs/2026/'],
    ['logs/*/%Y/%m', null],
    ['%d/%m/%Y', null],
    ['%y/%m/%d', null],
    ['cloudtrail', null],
    ['regex:(?<year>\\d{4})', null],
  ])('in %s is %s', (layout, key) => {
    expect(firstKeyAt(layout, TIME)).toBe(key);
  });

  it('comes before all keys of later times', () => {
    const text = 'logs/%Y/%m/%d/%H/*';
    const layout = parseLayout(text);
    for (let hour = -50; hour < 50; hour += 1) {
      const [date = '', time = ''] = new Date(TIME + hour * 3_600_000).toISOString().split('T');
      const key = `logs/${date.replaceAll('-', '/')}/${time.slice(0, 2)}/a.ndjson`;
      const isLater = (keyTime(layout, key)?.to ?? 0) > TIME;
      if (isLater) expect(key > (firstKeyAt(text, TIME) ?? '')).toBe(true);
    }
  });
});
