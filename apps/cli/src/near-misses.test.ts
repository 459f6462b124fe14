import { describe, expect, it } from 'vitest';
import { NearMisses } from './near-misses.ts';

describe('events that do not match', () => {
  it('are told by the number of clauses in which they differ, the nearest first, and counted', () => {
    const misses = new NearMisses();
    misses.add(9, () => 'none\n');
    misses.add(2, () => 'half\n');
    misses.add(1, () => 'two of three\n');
    misses.add(2, () => 'half again\n');
    misses.add(2, () => 'one too many\n');
    expect(misses.describe()).toBe(
      'two of three\nhalf\nhalf again\n2 more events did not match: --all explains each\n',
    );
  });

  it('are told each where they are few, and not at all where there are none', () => {
    const misses = new NearMisses();
    expect(misses.describe()).toBe('');
    misses.add(1, () => 'no clause\n');
    expect(misses.describe()).toBe('no clause\n');
  });
});
