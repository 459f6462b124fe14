import { expect, it } from 'vitest';
import fc from 'fast-check';
import type { Rule } from '@coldhunt/rules';
import { compileHistoryStart } from './history-start.ts';
import { longestWindow, toPlace, windowOf } from './rule-window.ts';

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
