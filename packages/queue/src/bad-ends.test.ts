import { describe, expect, it } from 'vitest';
import { describeEnds, judgeEnds } from './bad-ends.ts';

describe('judgeEnds', () => {
  it.each([
    ['fewer bad ends than make poison, on many processes', { bad: 2, processes: 2, wasHere: true, waits: 0 }, 'start'],
    ['enough of them on two processes', { bad: 3, processes: 2, wasHere: false, waits: 0 }, 'give-up'],
    ['enough of them, on another process alone', { bad: 3, processes: 1, wasHere: false, waits: 0 }, 'start'],
    ['enough of them, on this process alone', { bad: 3, processes: 1, wasHere: true, waits: 0 }, 'leave'],
    ['the same, when nobody else took it', { bad: 3, processes: 1, wasHere: true, waits: 4 }, 'give-up'],
    ['nothing known of its processes', { bad: 9, processes: 0, wasHere: false, waits: 0 }, 'start'],
  ] as const)('with %s', (_name, ends, verdict) => {
    expect(judgeEnds(ends, { maxBad: 3, maxWaits: 4 })).toBe(verdict);
  });

  it('says on how many processes it was', () => {
    const why = 'it ran out of memory';
    expect(describeEnds({ bad: 3, processes: 2, why })).toMatch(/3 times, on two processes.*: it ran out of memory$/);
    expect(describeEnds({ bad: 3, processes: 1, why: null })).toMatch(/in the only process that took it.*did$/);
  });
});
