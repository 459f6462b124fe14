import { describe, expect, it } from 'vitest';
import { byteSize } from './byte-size.ts';
import { shareForReduction, shareForScan } from './memory-shares.ts';

describe('--memory', () => {
  it.each([
    ['1GB', 1e9],
    ['512 MiB', 512 * 1024 ** 2],
    ['1.5kb', 1500],
    [1000, 1000],
  ])('reads %s as %d bytes', (text, bytes) => {
    expect(byteSize.parse(text)).toBe(bytes);
  });

  it.each(['', '-1', '1PBs', 'many', '1 2'])('refuses %j', (text) => {
    expect(byteSize.safeParse(text).success).toBe(false);
  });

  it('gives a scan as many threads as fit, and never more memory than there is', () => {
    for (const memory of [300e6, 500e6, 1e9, 4e9, 64e9]) {
      const { threads, heapMb } = shareForScan(memory, { wanted: null, most: 8 });
      expect(threads).toBeGreaterThan(0);
      expect(threads).toBeLessThanOrEqual(8);
      expect(150e6 + threads * (80e6 + heapMb * 1024 ** 2)).toBeLessThanOrEqual(memory);
    }
    expect(shareForScan(300e6, { wanted: null, most: 8 }).threads).toBe(1);
  });

  it('refuses what is too little with the smallest that works, which does', () => {
    for (const share of [
      (memory: number) => shareForScan(memory, { wanted: null, most: 4 }),
      (memory: number) => shareForScan(memory, { wanted: 3, most: 4 }),
      shareForReduction,
    ]) {
      const least = leastOf(() => share(100e6));
      expect(() => share(least)).not.toThrow();
      expect(() => share(least - 1e6)).toThrow(`the smallest that works is ${least / 1e6}MB`);
    }
  });

  it('holds less in a sort where there is little memory', () => {
    expect(shareForReduction(64e9).sortChars).toBe(6 * 1024 * 1024);
    expect(shareForReduction(580e6).sortChars).toBe(5_750_000);
  });
});

function leastOf(share: () => unknown): number {
  try {
    share();
  } catch (error) {
    return Number(/works is (\d+)MB/.exec(String(error))?.[1]) * 1e6;
  }
  throw new Error('it was enough');
}
