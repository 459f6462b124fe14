// The values seen last, each with the last instant that had it: enough to say whether a span of time up to now has at least so many
// different ones, in memory for just that many.

import { sha256Hex } from '@coldhunt/core';
import { termKey, type Term } from '@coldhunt/rules';

/** Longer keys are stood in for by their hash. */
const KEY_CHARS = 64;

export class RecentValues {
  readonly #wanted: number;
  /** Ordered by the instant, the oldest first. */
  readonly #lastSeen = new Map<string, number>();

  /** `wanted`: how many different values are asked for. */
  constructor(wanted: number) {
    this.#wanted = wanted;
  }

  /** Instants never go back. */
  see(values: readonly Term[], atMs: number): void {
    for (const value of values) {
      const key = valueKey(value);
      this.#lastSeen.delete(key);
      this.#lastSeen.set(key, atMs);
      if (this.#lastSeen.size > this.#wanted) this.#lastSeen.delete(this.#lastSeen.keys().next().value ?? key);
    }
  }

  /** Whether at least `wanted` different values were seen from the instant on. */
  areEnoughSince(fromMs: number): boolean {
    if (this.#wanted === 0) return true;
    if (this.#lastSeen.size < this.#wanted) return false;
    return (this.#lastSeen.values().next().value ?? Number.NEGATIVE_INFINITY) >= fromMs;
  }
}

/** A value as a short text, typed as `termKey` is. */
export function valueKey(value: Term): string {
  const key = termKey([value]);
  return key.length <= KEY_CHARS ? key : `h${sha256Hex(key)}`;
}
