// One term simulated as its matches come, as long as they arrive in the order of their times.

import type { LiveSchedule } from '../../question/output.ts';
import type { GroupedMatch } from '../group-copies.ts';
import { missed, type LiveEvent, type LiveSimulation } from './candidate-span.ts';
import { EventReader } from './event-reader.ts';
import { SpanList, type SpanListOptions } from './span-list.ts';

/** The simulation of one term, with what it has found. */
export class TermState {
  readonly #simulation: LiveSimulation;
  readonly #events: EventReader;
  readonly #spans: SpanList;
  #lastArrival = Number.NEGATIVE_INFINITY;
  #isInOrder = true;

  constructor(options: SpanListOptions & { readonly schedule: LiveSchedule }, simulation: LiveSimulation) {
    this.#simulation = simulation;
    this.#events = new EventReader(options.schedule);
    this.#spans = new SpanList(options);
  }

  async add(grouped: GroupedMatch): Promise<void> {
    const event = this.#events.take(grouped);
    if (event !== null) await this.see(event);
  }

  async see(event: LiveEvent): Promise<void> {
    if (event.arrivesAt < this.#lastArrival) this.#isInOrder = false;
    this.#lastArrival = event.arrivesAt;
    if (!this.#isInOrder) return;
    if (event.leavesAt <= event.arrivesAt) await this.#spans.add([missed(event)]);
    await this.#spans.add(this.#simulation.apply(event));
  }

  /** null: events arrived out of order. */
  async finish(): Promise<SpanList | null> {
    const last = this.#events.finish();
    if (last !== null) await this.see(last);
    if (!this.#isInOrder) return null;
    await this.#spans.add(this.#simulation.finish());
    return this.#spans;
  }

  clear(): Promise<void> {
    return this.#spans.clear();
  }
}
