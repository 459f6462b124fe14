// What a threshold rule remembers of one bucket: how many events an execution counts, from an instant on (semantics.md 5.2). Only the
// executions are looked at that can raise an alert: the first that sees an event, and the one at which the last alert is forgotten.

import type { Term, Threshold } from '@coldhunt/rules';
import type { Ticks } from '../../question/output.ts';
import { RecentValues } from './recent-values.ts';

/** An event of the bucket; copies are one. */
export interface BucketEvent {
  readonly timeMs: number;
  readonly place: 'history' | 'range';
  /** The values that the rule counts; null: it counts none. */
  readonly distinct: readonly Term[] | null;
}

/** What an execution counted when it raised an alert: the events from an instant on, up to the last that it saw. */
export interface CountedSpan {
  readonly tickMs: number;
  readonly fromMs: number;
  /** The last event, by its number in the bucket from 0. */
  readonly last: number;
  /** Where the last event lies: an alert belongs to the hunt whose range holds it. */
  readonly place: 'history' | 'range';
}

/** Events that every window holds all or none of: `untilMs` is the first start of a window after `firstMs`, null while not asked for. */
interface Slot {
  readonly firstMs: number;
  count: number;
  untilMs: number | null;
}

/** Where a bucket is gone on with, and which executions are settled then. Milliseconds. */
export interface BucketEdges {
  /** Executions before it have been; -Infinity: none has. */
  readonly firstTickMs: number;
  /** The last event of their last alert; null: there was none, or it is forgotten. Events since are taken again. */
  readonly alertedMs: number | null;
  /** What executions before it leave is asked for at the end; null: nothing is. */
  readonly nextTickMs: number | null;
}

const NONE: readonly CountedSpan[] = [];

/** Of one bucket. Slots lie between the starts of windows, and no more are kept than the threshold needs: never one an event. */
export class ThresholdMemory {
  readonly #ticks: Ticks;
  readonly #wanted: number;
  readonly #values: RecentValues | null;
  #slots: Slot[] = [];
  /** Events in all slots; beyond what is wanted the oldest slots are let go. */
  #held = 0;
  #seen = 0;
  #last: { readonly ms: number; readonly place: BucketEvent['place']; count: number } | null = null;
  /** The execution that is to count the events seen, and the last instant that it looks at. */
  #next: { readonly tickMs: number; readonly endMs: number } | null = null;
  /** The last event of the last alert: up to it nothing counts again while it lies after the start of the window. */
  #alertedMs: number | null;
  readonly #edges: BucketEdges | null;
  #left: number | null;

  constructor(threshold: Threshold, ticks: Ticks, edges: BucketEdges | null = null) {
    this.#ticks = ticks;
    this.#edges = edges;
    this.#alertedMs = edges?.alertedMs ?? null;
    this.#left = this.#alertedMs;
    this.#wanted = threshold.value;
    const [cardinality] = threshold.cardinality;
    this.#values = cardinality === undefined ? null : new RecentValues(cardinality.value);
  }

  /** How many slots are held. */
  get slots(): number {
    return this.#slots.length;
  }

  /** The last event of the last alert of executions before the next edge; null: none matters there. Once all events were taken. */
  get left(): number | null {
    const nextMs = this.#edges?.nextTickMs ?? null;
    return nextMs !== null && this.#left !== null && this.#left >= this.#ticks.startOf(nextMs) ? this.#left : null;
  }

  /** Takes the next event in the total order, and gives the alerts of the executions that do not see it. */
  apply(event: BucketEvent): readonly CountedSpan[] {
    const { timeMs } = event;
    let spans = NONE;
    const tickMs = this.#next === null || timeMs > this.#next.endMs ? this.#tickOf(timeMs) : null;
    if (tickMs !== null) {
      spans = this.#runUntil(tickMs);
      this.#next = { tickMs, endMs: this.#ticks.endOf(tickMs) };
    }
    this.#add(event);
    return spans;
  }

  /** The execution that is first to see the event; null: it has been, and will see nothing new of it. */
  #tickOf(timeMs: number): number | null {
    const tickMs = this.#ticks.firstReaching(timeMs);
    const firstMs = this.#edges?.firstTickMs ?? Number.NEGATIVE_INFINITY;
    if (tickMs >= firstMs) return tickMs;
    return this.#ticks.isStartFixed ? null : firstMs;
  }

  /** The alerts of all executions that are left. */
  finish(): readonly CountedSpan[] {
    return this.#runUntil(Number.POSITIVE_INFINITY);
  }

  #runUntil(endTickMs: number): readonly CountedSpan[] {
    const spans: CountedSpan[] = [];
    let tickMs = this.#next?.tickMs ?? null;
    while (tickMs !== null && tickMs < endTickMs) {
      const span = this.#count(tickMs);
      if (span !== null) spans.push(span);
      tickMs = this.#recountAfter(tickMs);
    }
    return spans;
  }

  // At an execution whose window begins with the last event of the last alert, that event counts again, whatever came since. Where
  // every window begins there, it would do so without an end.
  #recountAfter(tickMs: number): number | null {
    if (this.#alertedMs === null || this.#ticks.isStartFixed) return null;
    const later = Math.max(tickMs + this.#ticks.intervalMs, this.#ticks.firstStartingAfter(this.#alertedMs - 1));
    return this.#ticks.startOf(later) === this.#alertedMs ? later : null;
  }

  #count(tickMs: number): CountedSpan | null {
    const startMs = this.#ticks.startOf(tickMs);
    const fromMs = this.#alertedMs !== null && this.#alertedMs > startMs ? this.#alertedMs + 1 : startMs;
    while ((this.#slots[0]?.firstMs ?? startMs) < startMs) this.#dropFirst();
    const [first] = this.#slots;
    const count = this.#held - (first !== undefined && first.firstMs < fromMs ? first.count : 0);
    if (this.#last === null || count < this.#wanted || this.#values?.areEnoughSince(fromMs) === false) return null;
    const { ms, place, count: atLast } = this.#last;
    this.#alertedMs = ms;
    if (tickMs < (this.#edges?.nextTickMs ?? Number.NEGATIVE_INFINITY)) this.#left = ms;
    // A slot that takes no more: what comes after it is cut off from it.
    this.#slots = [{ firstMs: ms, count: atLast, untilMs: ms }];
    this.#held = atLast;
    return { tickMs, fromMs: Math.max(fromMs, Number.MIN_SAFE_INTEGER), last: this.#seen - 1, place };
  }

  #add({ timeMs, place, distinct }: BucketEvent): void {
    this.#seen += 1;
    const atLast = this.#last?.ms === timeMs ? this.#last.count + 1 : 1;
    this.#last = { ms: timeMs, place, count: atLast };
    if (distinct !== null) this.#values?.see(distinct, timeMs);
    const resumedMs = this.#edges?.alertedMs ?? null;
    if (resumedMs !== null && timeMs <= resumedMs) {
      // Up to the last alert nothing counts again; its own instant may, where a window begins with it.
      this.#slots = timeMs === resumedMs ? [{ firstMs: timeMs, count: atLast, untilMs: timeMs }] : [];
      this.#held = timeMs === resumedMs ? atLast : 0;
      return;
    }
    const slot = this.#slots.at(-1);
    if (slot !== undefined) slot.untilMs ??= this.#ticks.startOf(this.#ticks.firstStartingAfter(slot.firstMs));
    if (slot !== undefined && timeMs < (slot.untilMs ?? timeMs)) slot.count += 1;
    else this.#slots.push({ firstMs: timeMs, count: 1, untilMs: null });
    this.#held += 1;
    while (this.#held - (this.#slots[0]?.count ?? 0) >= this.#wanted) this.#dropFirst();
  }

  #dropFirst(): void {
    this.#held -= this.#slots.shift()?.count ?? 0;
  }
}
