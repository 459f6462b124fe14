// Events that do not match -> how many there are, and the few that came nearest: those with the most clauses that hold.

import { countOf } from '@coldhunt/core';
import type { ExplainedClause } from '@coldhunt/rules';

const KEPT = 3;

interface NearMiss {
  readonly share: number;
  readonly text: string;
}

export class NearMisses {
  #kept: readonly NearMiss[] = [];
  #seen = 0;

  /** `toText` is called for events that are kept, for now. Of two that are equally near the first stays. */
  add(clauses: readonly ExplainedClause[], toText: () => string): void {
    this.#seen += 1;
    const share = clauses.filter(({ holds }) => holds).length / Math.max(1, clauses.length);
    const last = this.#kept.at(-1);
    if (this.#kept.length >= KEPT && last !== undefined && share <= last.share) return;
    const all = [...this.#kept, { share, text: toText() }];
    this.#kept = all.toSorted((a, b) => b.share - a.share).slice(0, KEPT);
  }

  /** Empty where every event matched. */
  describe(): string {
    const more = this.#seen - this.#kept.length;
    const rest = more <= 0 ? '' : `${countOf(more, 'more event')} did not match: --all explains each\n`;
    return `${this.#kept.map(({ text }) => text).join('')}${rest}`;
  }
}
