import fc from 'fast-check';
import { expect, it } from 'vitest';
import { createMemoryStore } from '../../../test/memory-store.ts';
import { Spool } from './spool.ts';

async function read(spool: Spool<string>): Promise<string[]> {
  const found: string[] = [];
  for await (const batch of spool.batches()) found.push(...batch);
  return found;
}

it('gives back what was added in its order, any number of times, and leaves nothing behind', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.array(fc.string({ maxLength: 9 }), { maxLength: 30 }), { maxLength: 3 }),
      fc.constantFrom(0, 20, 1_000),
      async (rounds, memoryChars) => {
        const store = createMemoryStore();
        const spool = new Spool<string>(store, {
          encode: (text) => JSON.stringify(text),
          decode: (line) => JSON.parse(line) as string,
          weigh: ({ length }) => length,
          memoryChars,
        });
        for (const texts of rounds) {
          for (const text of texts) await spool.add(text);
          expect(await read(spool)).toEqual(texts);
          expect(await read(spool)).toEqual(texts);
          await spool.clear();
          expect(await read(spool)).toEqual([]);
          expect(store.files.size).toBe(0);
        }
      },
    ),
  );
});
