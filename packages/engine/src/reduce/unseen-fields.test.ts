import { describe, expect, it } from 'vitest';
import { describeUnseenFields } from './unseen-fields.ts';

describe('fields that no event has', () => {
  it('are told once for all rules that lack them, those that most rules lack first', () => {
    const unseen = new Map([
      ['r1', [['a'], ['b', 'c'], ['a']]],
      ['r2', [['a'], ['d'], ['e']]],
      ['r3', [['a']]],
      ['r4', [['a'], ['b', 'c']]],
      ['r5', []],
    ]);
    expect(describeUnseenFields(unseen)).toEqual([
      'no event that was looked at has a: needed by 4 rules (r1, r2, r3, …)',
      'no event that was looked at has b or c: needed by 2 rules (r1, r4)',
      'no event that was looked at has d, e: needed by rule r2',
    ]);
    expect(describeUnseenFields(new Map())).toEqual([]);
  });
});
