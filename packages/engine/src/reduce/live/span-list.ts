// The spans of one term by the number of their event: few in memory, many in the run folder.

import type { RunStore } from '@coldhunt/core';
import { SpillSorter } from '../spill-sorter.ts';
import { decodeTick, encodeTick, type EventSpan } from './candidate-span.ts';

/** Of a term, as many spans stay in memory as they are. */
const SPANS_HELD = 1_000;

export interface SpanListOptions {
  readonly store: RunStore;
  readonly memoryChars?: number;
}

export class SpanList {
  readonly #options: SpanListOptions;
  #held: EventSpan[] = [];
  #sorter: SpillSorter<EventSpan> | null = null;

  constructor(options: SpanListOptions) {
    this.#options = options;
  }

  async add(spans: readonly EventSpan[]): Promise<void> {
    for (const span of spans) {
      if (this.#sorter !== null) await this.#sorter.add(span);
      else if (this.#held.push(span) > SPANS_HELD) await this.#overflow();
    }
  }

  async *sorted(): AsyncGenerator<EventSpan> {
    if (this.#sorter === null) yield* this.#held.toSorted(compareSpans);
    else for await (const batch of this.#sorter.sorted()) yield* batch;
  }

  async clear(): Promise<void> {
    this.#held = [];
    await this.#sorter?.clear();
  }

  async #overflow(): Promise<void> {
    const { store, memoryChars } = this.#options;
    this.#sorter = new SpillSorter<EventSpan>(store, {
      compare: compareSpans,
      encode: (span) => JSON.stringify({ ...span, lastTick: encodeTick(span.lastTick) }),
      decode: (line) => {
        const span = JSON.parse(line) as EventSpan & { readonly lastTick: number | null };
        return { ...span, lastTick: decodeTick(span.lastTick) };
      },
      ...(memoryChars === undefined ? {} : { memoryChars }),
    });
    for (const span of this.#held) await this.#sorter.add(span);
    this.#held = [];
  }
}

function compareSpans(a: EventSpan, b: EventSpan): number {
  return a.number - b.number || a.firstTick - b.firstTick;
}
