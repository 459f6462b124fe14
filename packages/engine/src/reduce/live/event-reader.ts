// Matches in the order of reduction -> events as executions see them: copies are one, visible since the first of them arrived.

import type { LiveSchedule } from '../../question/output.ts';
import type { GroupedMatch } from '../group-copies.ts';
import type { LiveEvent } from './candidate-span.ts';

/** An event while its copies come. */
interface OpenEvent {
  readonly number: number;
  readonly timeMs: number;
  seenMs: number;
}

/** Of one term. */
export class EventReader {
  readonly #schedule: LiveSchedule;
  #open: OpenEvent | null = null;
  #number = -1;

  constructor(schedule: LiveSchedule) {
    this.#schedule = schedule;
  }

  /** Gives the event before, when the match begins another. */
  take({ entry: { match }, isCopy }: GroupedMatch): LiveEvent | null {
    const { time_ms: timeMs, seen } = match;
    const seenMs = seen?.ms ?? timeMs;
    if (isCopy && this.#open !== null) {
      this.#open.seenMs = Math.min(this.#open.seenMs, seenMs);
      return null;
    }
    const before = this.finish();
    this.#number += 1;
    this.#open = { number: this.#number, timeMs, seenMs };
    return before;
  }

  finish(): LiveEvent | null {
    const open = this.#open;
    if (open === null) return null;
    this.#open = null;
    return {
      number: open.number,
      timeMs: open.timeMs,
      arrivesAt: this.#schedule.arrivalOf(open),
      leavesAt: this.#schedule.leaveOf(open.timeMs),
    };
  }
}
