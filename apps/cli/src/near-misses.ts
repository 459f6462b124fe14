// Events that do not match -> how many there are, and the few that came nearest: those that differ in the fewest clauses.

import { countOf } from '@coldhunt/core';

/** How many a terminal is shown of a grep. */
const KEPT = 3;

interface NearMiss {
  readonly distance: number;
  readonly text: string;
}

export class NearMisses {
  #kept: readonly NearMiss[] = [];
  readonly #most: number;
  #seen = 0;

  /** `most`: how many are kept. */
  constructor(most: number = KEPT) {
    this.#most = most;
  }

  /** `distance`: clauses in which the event differs. `toText` is called for events that are kept, for now. Of two that are equally near the first stays. */
  add(distance: number, toText: () => string): void {
    this.#seen += 1;
    const last = this.#kept.at(-1);
    if (this.#kept.length >= this.#most && last !== undefined && distance >= last.distance) return;
    const all = [...this.#kept, { distance, text: toText() }];
    this.#kept = all.toSorted((a, b) => a.distance - b.distance).slice(0, this.#most);
  }

  /** Empty where every event matched. */
  describe(): string {
    const more = this.#seen - this.#kept.length;
    const rest =
      more <= 0
        ? ''
        : `${countOf(more, 'more event')} did not match${this.#most === KEPT ? ': --all explains each' : ''}\n`;
    return `${this.#kept.map(({ text }) => text).join('')}${rest}`;
  }
}
