// What a live threshold rule remembers of one bucket, execution by execution (semantics.md 5.2): the events that have arrived and may
// count again. Those of an alert count no more, as long as its last one lies after the start of the window.

import { termKey, type Term, type Threshold } from '@coldhunt/rules';
import type { Ticks } from '../../question/output.ts';
import type { CountedSpan } from '../threshold/threshold-memory.ts';
import type { LiveEvent } from './candidate-span.ts';

/** Events are looked through for what cannot decide any more when there are this many times more than could. */
const SLACK = 2;
const HELD_FEW = 1_000;

/** An event of the bucket; copies are one. */
export interface LiveBucketEvent extends Pick<LiveEvent, 'number' | 'timeMs' | 'arrivesAt'> {
  readonly place: 'history' | 'range';
  /** The values that the rule counts; null: it counts none. */
  readonly distinct: readonly Term[] | null;
}

/** Takes the events of a bucket in the order in which they arrive. Holds no more than its threshold needs. */
export class LiveBucketMemory {
  readonly #threshold: Threshold;
  readonly #ticks: Ticks;
  #held: LiveBucketEvent[] = [];
  #tick: number | null = null;
  #alertedMs: number | null = null;
  readonly #heldMost: number;

  constructor(threshold: Threshold, ticks: Ticks) {
    this.#threshold = threshold;
    this.#ticks = ticks;
    this.#heldMost = HELD_FEW + SLACK * (threshold.value + (threshold.cardinality[0]?.value ?? 0));
  }

  /** How many events are held. */
  get held(): number {
    return this.#held.length;
  }

  /** Gives the alerts of the executions before. */
  apply(event: LiveBucketEvent): readonly CountedSpan[] {
    const spans = this.#tick === event.arrivesAt ? [] : this.#runUntil(event.arrivesAt);
    this.#tick = event.arrivesAt;
    this.#held.push(event);
    if (this.#held.length > this.#heldMost) this.#trim();
    return spans;
  }

  finish(): readonly CountedSpan[] {
    return this.#runUntil(Number.POSITIVE_INFINITY);
  }

  #runUntil(endTick: number): readonly CountedSpan[] {
    const spans: CountedSpan[] = [];
    let tick = this.#tick;
    while (tick !== null && tick < endTick) {
      const span = this.#count(tick);
      if (span !== null) spans.push(span);
      tick = this.#recountAfter(tick);
    }
    return spans;
  }

  /** At the execution whose window begins with the last event of the last alert, that event counts again. */
  #recountAfter(tick: number): number | null {
    if (this.#alertedMs === null || this.#ticks.isStartFixed) return null;
    const later = Math.max(tick + this.#ticks.intervalMs, this.#ticks.firstStartingAfter(this.#alertedMs - 1));
    return this.#ticks.startOf(later) === this.#alertedMs ? later : null;
  }

  #count(tickMs: number): CountedSpan | null {
    const startMs = this.#ticks.startOf(tickMs);
    const isAlerted = this.#alertedMs !== null && this.#alertedMs > startMs;
    const fromMs = isAlerted ? (this.#alertedMs ?? 0) + 1 : startMs;
    // What lies at the last event of an alert may count once more; what lies before it never does.
    const keptMs = isAlerted ? (this.#alertedMs ?? 0) : startMs;
    this.#held = this.#held.filter(({ timeMs }) => timeMs >= keptMs);
    const counted = this.#held.filter(({ timeMs }) => timeMs >= fromMs);
    if (counted.length < this.#threshold.value || !this.#areEnoughDistinct(counted)) return null;
    let last = counted[0] as LiveBucketEvent;
    for (const event of counted) if (event.number > last.number) last = event;
    this.#alertedMs = last.timeMs;
    this.#held = counted.filter(({ timeMs }) => timeMs === last.timeMs);
    return { tickMs, fromMs: Math.max(fromMs, Number.MIN_SAFE_INTEGER), last: last.number, place: last.place };
  }

  /** The latest events decide whether there are enough, and the latest of each value whether those are different enough. */
  #trim(): void {
    const { value, cardinality } = this.#threshold;
    const wanted = cardinality[0]?.value ?? 0;
    const seen = new Set<string>();
    let kept = 0;
    this.#held = this.#held
      .toSorted((a, b) => b.number - a.number)
      .filter(({ distinct }) => {
        const before = seen.size;
        if (before < wanted) for (const each of distinct ?? []) seen.add(termKey([each]));
        kept += 1;
        return kept <= value || seen.size > before;
      });
  }

  #areEnoughDistinct(counted: readonly LiveBucketEvent[]): boolean {
    const [cardinality] = this.#threshold.cardinality;
    if (cardinality === undefined) return true;
    const seen = new Set<string>();
    for (const { distinct } of counted) {
      for (const value of distinct ?? []) seen.add(termKey([value]));
      if (seen.size >= cardinality.value) return true;
    }
    return seen.size >= cardinality.value;
  }
}
