import fc from 'fast-check';
import type { ShardMark } from '@coldhunt/engine';
import { describe, expect, it } from 'vitest';
import { MOST_CELLS, heatMap } from './heat-map.ts';
import type { PlanIndex } from './plan-index.ts';

const DONE: ShardMark = { state: 'ok', failedGeneration: null, tries: 1 };
const MARKS: Readonly<Record<string, ShardMark | undefined>> = {
  waiting: undefined,
  done: DONE,
  running: undefined,
  retried: { ...DONE, tries: 2 },
  failed: { state: 'failed', failedGeneration: 1, tries: 1 },
};

function planOf(count: number): PlanIndex {
  return { count, bytes: 10 * count, idAt: (index) => `shard-${index}`, bytesAt: () => 10 };
}

function mapOf(states: readonly string[]): ReturnType<typeof heatMap> {
  const marks = new Map<string, ShardMark>();
  const running = new Set<string>();
  for (const [index, state] of states.entries()) {
    const mark = MARKS[state];
    if (mark !== undefined) marks.set(`shard-${index}`, mark);
    if (state === 'running') running.add(`shard-${index}`);
  }
  return heatMap(planOf(states.length), marks, running);
}

describe('the heat map', () => {
  it('shows each shard of a small plan by itself', () => {
    const states = ['waiting', 'done', 'running', 'retried', 'failed'];
    const { cells, shardsPerCell, doneBytes } = mapOf(states);
    expect(cells).toEqual(states);
    expect(shardsPerCell).toBe(1);
    expect(doneBytes).toBe(30);
  });

  it('shows of many shards in a cell what a person should see', () => {
    const fill = (state: string): string[] => Array.from({ length: 2 * MOST_CELLS }, () => state);
    const first = (a: string, b: string): string | undefined => mapOf([a, b, ...fill('done')].slice(0, -2)).cells[0];
    expect(first('done', 'failed')).toBe('failed');
    expect(first('running', 'done')).toBe('running');
    expect(first('waiting', 'done')).toBe('part');
    expect(first('waiting', 'retried')).toBe('part');
    expect(first('waiting', 'waiting')).toBe('waiting');
    expect(first('retried', 'done')).toBe('retried');
  });

  it('counts every shard once, in few cells, whatever the plan', () => {
    const states = fc.array(fc.constantFrom(...Object.keys(MARKS)), { maxLength: 5000 });
    fc.assert(
      fc.property(states, (given) => {
        const { cells, counts } = mapOf(given);
        expect(cells.length).toBeLessThanOrEqual(MOST_CELLS);
        for (const [state, count] of Object.entries(counts))
          expect(count).toBe(given.filter((each) => each === state).length);
      }),
      { numRuns: 50 },
    );
  });

  it('is made of a plan of 100,000 shards in a moment', () => {
    const startedAt = performance.now();
    expect(mapOf(Array.from({ length: 100_000 }, () => 'done')).cells.length).toBeLessThanOrEqual(MOST_CELLS);
    expect(performance.now() - startedAt).toBeLessThan(3000);
  });
});
