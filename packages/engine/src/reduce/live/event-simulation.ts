// A live rule that raises every event that it matches: each is a candidate as long as a window holds it.

import type { LiveSchedule } from '../../question/output.ts';
import type { LiveSimulation } from './candidate-span.ts';

export function eventSimulation({ intervalMs }: Pick<LiveSchedule, 'intervalMs'>): LiveSimulation {
  return {
    apply: ({ number, arrivesAt, leavesAt }) =>
      arrivesAt < leavesAt ? [{ number, firstTick: arrivesAt, lastTick: leavesAt - intervalMs, events: 1 }] : [],
    finish: () => [],
  };
}
