// One term of a live new-terms rule, execution by execution (semantics.md 2.2 and 2.11): which event is the first that an execution
// sees of it, and whether its history knows the term. Only executions are looked at where that can change.

import type { LiveSchedule } from '../../question/output.ts';
import type { EventSpan, LiveEvent, LiveSimulation } from './candidate-span.ts';

/** Events that leave the window at the same execution. */
interface Slot {
  readonly leavesAt: number;
  first: LiveEvent;
  lastMs: number;
  events: number;
}

const NONE: readonly EventSpan[] = [];

/** Remembers one slot an execution of a window, however many events. */
export class NewTermsSimulation implements LiveSimulation {
  readonly #schedule: LiveSchedule;
  /** In time. */
  readonly #slots: Slot[] = [];
  /** The latest event that has left the window. */
  #knownMs = Number.NEGATIVE_INFINITY;
  /** All executions before it are done. */
  #tick = Number.NEGATIVE_INFINITY;

  constructor(schedule: LiveSchedule) {
    this.#schedule = schedule;
  }

  /** How many slots are held. */
  get slots(): number {
    return this.#slots.length;
  }

  apply(event: LiveEvent): readonly EventSpan[] {
    const spans = this.#runUntil(event.arrivesAt);
    if (event.leavesAt <= event.arrivesAt) this.#knownMs = Math.max(this.#knownMs, event.timeMs);
    else this.#add(event);
    return spans;
  }

  finish(): readonly EventSpan[] {
    return this.#runUntil(Number.POSITIVE_INFINITY);
  }

  #add(event: LiveEvent): void {
    const { leavesAt, timeMs } = event;
    let at = this.#slots.length;
    while (at > 0 && (this.#slots[at - 1]?.leavesAt ?? leavesAt) >= leavesAt) at -= 1;
    const slot = this.#slots[at];
    if (slot === undefined || slot.leavesAt !== leavesAt) {
      this.#slots.splice(at, 0, { leavesAt, first: event, lastMs: timeMs, events: 1 });
      return;
    }
    if (isBefore(event, slot.first)) slot.first = event;
    slot.lastMs = Math.max(slot.lastMs, timeMs);
    slot.events += 1;
  }

  /** Executions from the one that is next up to `endTick`, which is left for what arrives there. */
  #runUntil(endTick: number): readonly EventSpan[] {
    let spans = NONE;
    while (this.#tick < endTick) {
      const [slot] = this.#slots;
      if (slot === undefined) break;
      const until = Math.min(slot.leavesAt, endTick, this.#steadyUntil());
      const firstTick = this.#schedule.firstForgetting(this.#knownMs, this.#tick, until);
      if (firstTick !== null) {
        const events = this.#slots.reduce((sum, each) => sum + each.events, 0);
        const lastTick = until - this.#schedule.intervalMs;
        spans = [...spans, { number: slot.first.number, firstTick, lastTick, events }];
      }
      this.#tick = until;
      if (until < slot.leavesAt) continue;
      this.#slots.shift();
      this.#knownMs = Math.max(this.#knownMs, slot.lastMs);
    }
    this.#tick = Math.max(this.#tick, endTick);
    return spans;
  }

  /** A history that may go back is looked at anew at each execution. */
  #steadyUntil(): number {
    return this.#schedule.isHistorySteady ? Number.POSITIVE_INFINITY : this.#tick + this.#schedule.intervalMs;
  }
}

function isBefore(a: LiveEvent, b: LiveEvent): boolean {
  return a.timeMs < b.timeMs || (a.timeMs === b.timeMs && a.number < b.number);
}
