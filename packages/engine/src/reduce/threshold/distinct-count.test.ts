import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { Term } from '@coldhunt/rules';
import { createMemoryStore } from '../../../test/memory-store.ts';
import { DistinctCount } from './distinct-count.ts';
import { RecentValues } from './recent-values.ts';

const term: fc.Arbitrary<Term> = fc.oneof(
  fc.integer({ min: 0, max: 30 }),
  fc.integer({ min: 0, max: 30 }).map(String),
  fc.boolean(),
  fc.constantFrom('x'.repeat(100), 'x'.repeat(101), '\ud800', '\udbff'),
);

it('counts different values exactly, typed, in any memory', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.array(term, { maxLength: 4 }), { maxLength: 60 }),
      fc.constantFrom(0, 7, undefined),
      async (lists, memoryChars) => {
        const store = createMemoryStore();
        const count = new DistinctCount(store, memoryChars);
        for (const values of lists) await count.add(values);
        expect(await count.finish()).toBe(new Set(lists.flat()).size);
        expect(store.files.size).toBe(0);
      },
    ),
  );
});

it('counts more values than it holds', async () => {
  const store = createMemoryStore();
  const count = new DistinctCount(store);
  for (let i = 0; i < 130_000; i += 1) await count.add([`value ${i % 65_000}`]);
  expect(await count.finish()).toBe(65_000);
});

it('knows whether there were enough values since an instant, of those seen last', () => {
  const seen = fc.array(fc.tuple(fc.array(fc.constantFrom('a', 'b', 'c', 'd'), { maxLength: 3 }), fc.nat(3)), {
    maxLength: 20,
  });
  fc.assert(
    fc.property(seen, fc.integer({ min: 0, max: 4 }), fc.nat(40), (steps, wanted, fromMs) => {
      const recent = new RecentValues(wanted);
      const since = new Set<string>();
      let nowMs = 0;
      for (const [values, laterMs] of steps) {
        nowMs += laterMs;
        recent.see(values, nowMs);
        if (nowMs >= fromMs) for (const value of values) since.add(value);
      }
      expect(recent.areEnoughSince(fromMs)).toBe(since.size >= wanted);
    }),
  );
});
