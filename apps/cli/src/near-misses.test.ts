import type { ExplainedClause } from '@coldhunt/rules';
import { describe, expect, it } from 'vitest';
import { NearMisses } from './near-misses.ts';

const clauses = (...holds: readonly boolean[]): readonly ExplainedClause[] =>
  holds.map((isSo) => ({ field: 'a', clause: 'a: b', holds: isSo, values: [], reason: '' }));

describe('events that do not match', () => {
  it('are told by the clauses that hold, the nearest first, and counted', () => {
    const misses = new NearMisses();
    misses.add(clauses(false, false), () => 'none\n');
    misses.add(clauses(true, false), () => 'half\n');
    misses.add(clauses(true, true, false), () => 'two of three\n');
    misses.add(clauses(false, true), () => 'half again\n');
    misses.add(clauses(false, true), () => 'one too many\n');
    expect(misses.describe()).toBe(
      'two of three\nhalf\nhalf again\n2 more events did not match: --all explains each\n',
    );
  });

  it('are told each where they are few, and not at all where there are none', () => {
    const misses = new NearMisses();
    expect(misses.describe()).toBe('');
    misses.add([], () => 'no clause\n');
    expect(misses.describe()).toBe('no clause\n');
  });
});
