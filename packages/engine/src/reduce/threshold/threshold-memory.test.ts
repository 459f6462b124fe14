// The memory of a bucket against a direct reading of the rule: every execution, and all events of its window.

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { buildRule, buildThreshold } from '../../../test/build-match.ts';
import { readThreshold, type ReadEvent } from '../../../test/read-threshold.ts';
import { compileTicks } from '../../question/output.ts';
import { ThresholdMemory, type CountedSpan } from './threshold-memory.ts';

const START = Date.UTC(2026, 1, 1, 23);

/** No event lies on it: one that did would alert without an end. */
const SINCE = '2026-02-01T23:40:00.500Z';

const rule = fc
  .record({
    interval: fc.constantFrom('5m', '7m', '10m', '1h'),
    from: fc.constantFrom('now-5m', 'now-9m', 'now-10m', 'now-33m', 'now-2h', 'now/h', 'now-1d/d', SINCE),
    to: fc.constantFrom('now', 'now', 'now-5m', 'now+3m', 'now/m'),
    value: fc.integer({ min: 1, max: 6 }),
    distinct: fc.constantFrom(null, 0, 1, 2, 3),
  })
  .map(({ value, distinct, ...schedule }) =>
    buildRule({
      type: 'threshold',
      ...schedule,
      threshold: buildThreshold({ value, cardinality: distinct === null ? [] : [{ field: 'x', value: distinct }] }),
    }),
  );

const events: fc.Arbitrary<ReadEvent[]> = fc
  .array(
    fc.record({
      // Half minutes meet the ends of windows; single milliseconds stand beside them.
      at: fc.tuple(fc.integer({ min: 0, max: 300 }), fc.constantFrom(0, 0, 0, 1, -1)),
      values: fc.uniqueArray(fc.constantFrom('a', 'b', 'c', 'd'), { maxLength: 2 }),
    }),
    { minLength: 1, maxLength: 40 },
  )
  .map((given) =>
    given
      .map(({ at: [halfMinutes, off], values }) => ({ timeMs: START + halfMinutes * 30_000 + off, values }))
      .toSorted((a, b) => a.timeMs - b.timeMs),
  );

describe('the memory of a bucket', () => {
  it('raises the alerts of a direct reading', () => {
    fc.assert(
      fc.property(rule, events, (given, all) => {
        const threshold = given.threshold ?? buildThreshold();
        const memory = new ThresholdMemory(threshold, compileTicks(given));
        const spans: CountedSpan[] = [];
        for (const { timeMs, values } of all) {
          const distinct = threshold.cardinality.length === 0 ? null : values;
          spans.push(...memory.apply({ timeMs, place: 'range', distinct }));
        }
        spans.push(...memory.finish());
        const told = spans.map(({ tickMs, fromMs, last }) => {
          const counted = all.slice(0, last + 1).filter(({ timeMs }) => timeMs >= fromMs);
          const distinct = new Set(counted.flatMap(({ values }) => values)).size;
          return { tickMs, firstMs: counted[0]?.timeMs, lastMs: all[last]?.timeMs, count: counted.length, distinct };
        });
        expect(told).toEqual(readThreshold(given, all));
      }),
      { numRuns: 1_500 },
    );
  });

  it('alerts again on its last event where that opens the window of a later execution, as Elastic does', () => {
    const given = buildRule({ type: 'threshold', interval: '5m', from: 'now-10m', threshold: buildThreshold() });
    const event = (timeMs: number): ReadEvent => ({ timeMs, values: [] });
    expect(readThreshold(given, [event(START)]).map(({ tickMs }) => tickMs - START)).toEqual([0, 600_000]);
    expect(readThreshold(given, [event(START + 1)]).map(({ tickMs }) => tickMs - START)).toEqual([300_000]);
  });

  it('holds a day of ten events a second in a few slots', () => {
    const given = buildRule({ type: 'threshold', interval: '1h', from: 'now-1d' });
    const memory = new ThresholdMemory(buildThreshold({ value: 800_000 }), compileTicks(given));
    const spans: CountedSpan[] = [];
    for (let i = 0; i < 2_500_000; i += 1) {
      spans.push(...memory.apply({ timeMs: START + i * 100, place: 'range', distinct: null }));
    }
    expect(memory.slots).toBeLessThanOrEqual(26);
    expect(spans.length).toBe(3);
  });
});
