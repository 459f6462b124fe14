import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createMemoryStore } from '../../test/memory-store.ts';
import { mergeSorted } from './merge-sorted.ts';
import { SpillSorter } from './spill-sorter.ts';

async function collect<T>(batches: AsyncIterable<readonly T[]>): Promise<T[]> {
  const found: T[] = [];
  for await (const batch of batches) found.push(...batch);
  return found;
}

async function* batchesOf<T>(items: readonly T[], size: number): AsyncGenerator<readonly T[]> {
  for (let at = 0; at < items.length; at += size) yield items.slice(at, at + size);
}

describe('mergeSorted', () => {
  it('merges any sorted streams into one, equal items in the order of the streams', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.array(fc.integer({ min: 0, max: 20 })), { maxLength: 6 }), async (lists) => {
        const tagged = lists.map((list, stream) => list.toSorted((a, b) => a - b).map((value) => ({ value, stream })));
        const merged = await collect(
          mergeSorted(
            tagged.map((list) => batchesOf(list, 3)),
            (a, b) => a.value - b.value,
          ),
        );
        expect(merged).toEqual(tagged.flat().toSorted((a, b) => a.value - b.value || a.stream - b.stream));
      }),
      { numRuns: 100 },
    );
  });

  it('closes the streams when it is left early', async () => {
    let closed = 0;
    const endless = async function* (): AsyncGenerator<readonly number[]> {
      try {
        for (let i = 0; ; i += 1) yield [i];
      } finally {
        closed += 1;
      }
    };
    for await (const batch of mergeSorted([endless(), endless()], (a, b) => a - b)) {
      if (batch.length > 0) break;
    }
    expect(closed).toBe(2);
  });
});

describe('SpillSorter', () => {
  const options = {
    compare: (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0),
    encode: (item: string) => JSON.stringify(item),
    decode: (line: string) => JSON.parse(line) as string,
  };

  it('gives the same order however little it may hold, and leaves nothing behind', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.string(), { maxLength: 60 }),
        fc.array(fc.array(fc.string(), { maxLength: 5 }), { maxLength: 5 }),
        fc.integer({ min: 0, max: 200 }),
        async (items, runs, memoryChars) => {
          const store = createMemoryStore();
          const sorter = new SpillSorter(store, { ...options, memoryChars, fanIn: 2 });
          for (const run of runs) sorter.addRun(() => batchesOf(run.toSorted(options.compare), 2));
          for (const item of items) await sorter.add(item);
          const all = [...items, ...runs.flat()].toSorted(options.compare);
          expect(await collect(sorter.sorted())).toEqual(all);
          expect(await collect(sorter.sorted())).toEqual(all);
          await sorter.clear();
          expect([...store.files.keys()]).toEqual([]);
        },
      ),
      { numRuns: 60 },
    );
  });

  it('never touches the store while everything fits', async () => {
    const store = createMemoryStore();
    const sorter = new SpillSorter(store, options);
    for (const item of ['b', 'a']) await sorter.add(item);
    expect(await collect(sorter.sorted())).toEqual(['a', 'b']);
    expect(store.files.size).toBe(0);
  });
});
