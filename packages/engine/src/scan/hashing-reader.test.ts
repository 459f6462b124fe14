import { createHash } from 'node:crypto';
import { createMemoryObject } from '@coldhunt/formats';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createHashingReader } from './hashing-reader.ts';

const bytes = Buffer.from(Array.from({ length: 500 }, (_, at) => (at * 7) % 251));
const reach = fc.tuple(fc.nat(500), fc.nat(500)).map(([a, b]) => ({ from: Math.min(a, b), to: Math.max(a, b) }));

describe('the hash of an object', () => {
  it('is that of its range, whatever was read of it and in whatever order', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.option(reach),
        fc.array(fc.record({ range: reach, isStream: fc.boolean() }), { maxLength: 6 }),
        async (range, reads) => {
          const reader = createHashingReader(createMemoryObject('memory:///a', bytes), range);
          for (const read of reads) {
            if (!read.isStream) await reader.bytes(read.range);
            else for await (const chunk of reader.stream(read.range)) void chunk;
          }
          const { from, to } = range ?? { from: 0, to: bytes.length };
          const expected = createHash('sha256').update(bytes.subarray(from, to)).digest('hex');
          expect(await reader.finish()).toBe(expected);
        },
      ),
      { numRuns: 200 },
    );
  });
});
