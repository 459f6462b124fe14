// Times: instants, date math, intervals, ranges, key layouts, and the keys that they are tried on.

import { parseInstant } from '@coldhunt/core';
import { keyTime, parseInstantText, parseLayout, resolveRange, WRITERS } from '@coldhunt/engine';
import { parseDateMath, parseInterval, subtractHistoryWindow } from '@coldhunt/rules';
import { bytesOf, textOf, type FuzzTarget } from '../target.ts';

const NOW_MS = Date.parse('2026-02-28T13:00:00Z');
const KEYS = [
  'AWSLogs/123456789012/CloudTrail/eu-west-1/2026/02/03/x_20260203T0405Z_a.json.gz',
  'year=2026/month=13/day=31/hour=24/minute=60/part-0.parquet',
  'logs/2026-02-29/dt=20260230/ls.s3.a.2026-02-03T04.05.tag_x.part1.txt.gz',
];
const TEMPLATES = ['logs/%Y/%m/%d/%H/*', 're:(?<year>\\d{4})/(?<month>\\d\\d)', '**/%F/{a,b}*', '%s-*', 'dt=%Y%m%d'];

export const timeTargets: readonly FuzzTarget[] = [
  {
    name: 'date-math',
    corpus: bytesOf(['now-7d/d', '2022-01-01||-1M+2h/h', 'now', 'now+1y-2w/M', '2026-02-01T00:00:00.000Z||/y']),
    tokens: ['now', '||', '/d', '-999999999999y', '+1M', '2026-02-30'],
    run: (input) => {
      parseDateMath(textOf(input), NOW_MS);
      subtractHistoryWindow(NOW_MS, textOf(input));
    },
  },
  { name: 'interval', corpus: bytesOf(['5m', '24h', '7d', '1w']), run: (input) => parseInterval(textOf(input)) },
  {
    name: 'instant',
    corpus: bytesOf([
      '2026-02-01T00:00:00.123456789Z',
      '2026-02-01',
      '2026-02-01T00:00:00+05:30',
      '1769904000000',
      '+275760-09-13',
    ]),
    run: (input) => {
      parseInstant(textOf(input));
      parseInstantText(textOf(input), '--from');
    },
  },
  {
    name: 'range',
    corpus: bytesOf(['30d', '12h', '4w', '2026-02-01']),
    run: (input) => {
      const text = textOf(input);
      if (text.length % 2 === 0) resolveRange({ last: text, nowMs: NOW_MS });
      else resolveRange({ from: text, to: text, nowMs: NOW_MS });
    },
  },
  {
    name: 'layout',
    corpus: bytesOf([
      ...TEMPLATES,
      ...WRITERS.map(({ name }) => name),
      ...WRITERS.flatMap(({ templates }) => templates),
    ]),
    tokens: ['%Y', '%m', '%%', '%q', '**', '?', '[!a-z]', '{a,{b,c}}', 're:', '(?<year>\\d+)', '(a*)*b', '{1,9999}'],
    run: (input) => {
      const layout = parseLayout(textOf(input));
      for (const key of KEYS) keyTime(layout, key);
    },
  },
  {
    name: 'key',
    corpus: bytesOf(KEYS),
    run: (input) => {
      for (const { name } of WRITERS) keyTime(parseLayout(name), textOf(input));
    },
  },
];
