import { expect, it } from 'vitest';
import fc from 'fast-check';
import type { Rule } from '@coldhunt/rules';
import { compileHistoryStart } from './history-start.ts';
import { longestWindow, toPlace, windowOf as windowIn, type RuleWindow } from './rule-window.ts';
import { compileTicks } from './ticks.ts';

const SUPPRESSING = { ignore_suppression: false };
const windowOf = (rule: Rule, range: { readonly from: string | null; readonly to: string | null }): RuleWindow =>
  windowIn(rule, { ...range, options: SUPPRESSING });

const rule = (start: string): Rule => ({ type: 'new_terms', history_window_start: start }) as Rule;

it('begins the history no later than the window of any instant in the range', () => {
  const day = fc.integer({ min: Date.UTC(2019, 0, 1), max: Date.UTC(2029, 0, 1) });
  const start = fc.constantFrom(
    'now-7d',
    'now-1M',
    'now-13M',
    'now-1y',
    'now-1M/d',
    'now-2w',
    '2018-12-01',
    'now-1M+3d',
  );
  fc.assert(
    fc.property(day, fc.integer({ min: 0, max: 200 * 86_400_000 }), start, (fromMs, laterMs, expression) => {
      const window = windowOf(rule(expression), { from: new Date(fromMs).toISOString(), to: null });
      expect(window.historyFromMs).toBeLessThanOrEqual(compileHistoryStart(rule(expression))(fromMs + laterMs));
      expect(window.historyFromMs).toBeLessThanOrEqual(fromMs);
    }),
    { numRuns: 2_000 },
  );
});

it('looks back on nothing where the start is open, and for rules without a memory', () => {
  expect(windowOf(rule('now-7d'), { from: null, to: null })).toEqual({
    historyFromMs: -Infinity,
    fromMs: -Infinity,
    toMs: Infinity,
    readToMs: Infinity,
  });
  const query = windowOf({ type: 'query' } as Rule, {
    from: '2026-02-01T00:00:00.000Z',
    to: '2026-03-01T00:00:00.000Z',
  });
  expect(query.historyFromMs).toBe(query.fromMs);
  expect(toPlace(query.fromMs - 1, query)).toBe('outside');
  expect(toPlace(query.fromMs, query)).toBe('range');
  expect(toPlace(query.toMs, query)).toBe('outside');
});

it('takes the longest of several', () => {
  const question = { from: '2026-02-10T00:00:00.000Z', to: null };
  const windows = [windowOf(rule('now-7d'), question), windowOf(rule('now-2d'), question)];
  expect(longestWindow(windows).historyFromMs).toBe(Date.UTC(2026, 1, 3));
});

it('reads the window of a threshold rule before the range and after it', () => {
  const counting = { type: 'threshold', interval: '5m', from: 'now-9m', to: 'now' } as Rule;
  const question = { from: '2026-02-01T00:02:00.000Z', to: '2026-02-02T00:00:00.000Z' };
  const window = windowOf(counting, question);
  expect(new Date(window.historyFromMs).toISOString()).toBe('2026-01-31T23:53:00.000Z');
  expect(new Date(window.readToMs).toISOString()).toBe('2026-02-02T00:09:00.000Z');
  expect(toPlace(window.fromMs - 1, window)).toBe('history');
  expect(toPlace(window.toMs, window)).toBe('history');
  expect(toPlace(window.readToMs, window)).toBe('outside');
  expect(windowOf(counting, { from: null, to: null })).toMatchObject({ historyFromMs: -Infinity, readToMs: Infinity });
  expect(longestWindow([windowOf({ type: 'query' } as Rule, question), window])).toEqual(window);
});

it('reads all that the executions look at which look at an event of the range', () => {
  const counting = fc.record({
    type: fc.constant('threshold' as const),
    interval: fc.constantFrom('5m', '7m', '1h'),
    from: fc.constantFrom('now-9m', 'now-1h', 'now-1d/d', 'now-2h'),
    to: fc.constantFrom('now', 'now-5m', 'now+2m', 'now/m'),
  });
  const minute = fc.integer({ min: 0, max: 3_000 });
  fc.assert(
    fc.property(counting, minute, fc.integer({ min: 1, max: 500 }), minute, (given, fromMinute, length, at) => {
      const fromMs = Date.UTC(2026, 1, 1) + fromMinute * 60_000;
      const toMs = fromMs + length * 60_000;
      const range = { from: new Date(fromMs).toISOString(), to: new Date(toMs).toISOString() };
      const window = windowOf(given as Rule, range);
      const ticks = compileTicks(given);
      const eventMs = fromMs + Math.min(at, length) * 60_000 - 1;
      if (eventMs < fromMs) return;
      const first = ticks.firstReaching(eventMs);
      expect(window.historyFromMs).toBeLessThanOrEqual(ticks.startOf(first));
      expect(window.readToMs).toBeGreaterThan(ticks.endOf(first));
    }),
  );
});

it('reads for a threshold rule whose window begins at a date from that date, and to the next execution', () => {
  const since = { type: 'threshold', interval: '5m', from: '1900-01-01T00:00:00.000Z', to: 'now' } as Rule;
  const window = windowOf(since, { from: '2026-02-01T00:02:00.000Z', to: '2026-02-02T00:02:00.000Z' });
  expect(new Date(window.historyFromMs).toISOString()).toBe('1900-01-01T00:00:00.000Z');
  expect(new Date(window.readToMs).toISOString()).toBe('2026-02-02T00:05:00.001Z');
  const later = windowOf({ ...since, from: '2026-03-01' }, { from: '2026-02-01T00:00:00.000Z', to: null });
  expect(later.historyFromMs).toBe(later.fromMs);
});

it.each<[Partial<Rule>, string]>([
  [{ type: 'query', interval: '5m' }, '2026-02-09T23:30:00.000Z'],
  [{ type: 'eql', interval: '5m' }, '2026-02-09T23:30:00.000Z'],
  [{ type: 'new_terms', interval: '5m', history_window_start: 'now-7d' }, '2026-02-02T23:30:00.000Z'],
  // The execution at 00:00, less half an hour, looks at what was 9 minutes before.
  [{ type: 'threshold', interval: '5m', from: 'now-9m', to: 'now' }, '2026-02-09T23:21:00.000Z'],
])('reads as far back as an alert of %j that holds one in the range', (over, historyFrom) => {
  const given = {
    ...over,
    alert_suppression: {
      group_by: ['a'],
      duration: { value: 30, unit: 'm' },
      missing_fields_strategy: 'suppress',
    },
  } as Rule;
  const range = { from: '2026-02-10T00:00:00.000Z', to: null };
  expect(new Date(windowOf(given, range).historyFromMs).toISOString()).toBe(historyFrom);
  const ignored = windowIn(given, { ...range, options: { ignore_suppression: true } });
  expect(ignored).toEqual(windowOf({ ...given, alert_suppression: undefined }, range));
});

it('reads of a rule that suppresses by execution what the execution sees that sees the start', () => {
  const given = {
    type: 'query',
    interval: '5m',
    alert_suppression: { group_by: ['a'], missing_fields_strategy: 'suppress' },
  } as unknown as Rule;
  const startOf = (from: string): string => new Date(windowOf(given, { from, to: null }).historyFromMs).toISOString();
  expect(startOf('2026-02-10T00:00:00.000Z')).toBe('2026-02-09T23:55:00.001Z');
  expect(startOf('2026-02-10T00:00:00.001Z')).toBe('2026-02-10T00:00:00.001Z');
  expect(startOf('2026-02-10T00:02:00.000Z')).toBe('2026-02-10T00:00:00.001Z');
});
