import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { expandSnappy } from './expand-snappy.ts';

type Step = { readonly text: Uint8Array } | { readonly back: number; readonly run: number };

/** Steps -> a block and what it stands for, byte by byte. A copy from before the beginning is left out. */
function blockOf(steps: readonly Step[]): { readonly block: Buffer; readonly page: Buffer } {
  const block: number[] = [];
  const page: number[] = [];
  for (const step of steps) {
    if ('text' in step) {
      const { length } = step.text;
      if (length <= 60) block.push((length - 1) << 2);
      else block.push(61 << 2, (length - 1) & 0xff, (length - 1) >> 8);
      block.push(...step.text);
      page.push(...step.text);
    } else if (step.back <= page.length) {
      block.push(((step.run - 1) << 2) | 2, step.back & 0xff, step.back >> 8);
      for (let left = step.run; left > 0; left -= 1) page.push(page[page.length - step.back] as number);
    }
  }
  const length = [page.length & 0x7f, page.length >> 7].map((part, index) => (index === 0 ? part | 0x80 : part));
  return { block: Buffer.from([...length, ...block]), page: Buffer.from(page) };
}

const steps = fc.array(
  fc.oneof(
    fc.record({ text: fc.uint8Array({ minLength: 1, maxLength: 300 }) }),
    fc.record({ back: fc.integer({ min: 1, max: 40 }), run: fc.integer({ min: 1, max: 64 }) }),
    fc.record({ back: fc.integer({ min: 1, max: 600 }), run: fc.integer({ min: 1, max: 64 }) }),
  ),
  { minLength: 1, maxLength: 30 },
);

describe('expandSnappy', () => {
  it('gives what copying byte by byte gives, up to the last one', () => {
    fc.assert(
      fc.property(steps, (given) => {
        const { block, page } = blockOf(given);
        expect(expandSnappy(block, page.length).equals(page)).toBe(true);
      }),
      { numRuns: 300 },
    );
  });

  it('gives a beginning that is one, and refuses any other length', () => {
    fc.assert(
      fc.property(steps, fc.nat(), fc.nat(), (given, wanted, kept) => {
        const { block, page } = blockOf(given);
        const part = block.subarray(0, 2 + (kept % block.length));
        const beginning = expandSnappy(part, wanted % (page.length + 1), 'beginning');
        expect(page.subarray(0, beginning.length).equals(beginning)).toBe(true);
        expect(() => expandSnappy(block, page.length + 1)).toThrow('snappy');
        if (page.length > 0) expect(() => expandSnappy(block, page.length - 1)).toThrow('snappy');
      }),
      { numRuns: 200 },
    );
  });
});
