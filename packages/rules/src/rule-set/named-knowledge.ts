// Hot path. What is known of values that have names: found without the value itself.

import { NO_NAME } from '@coldhunt/core';
import type { KnownValue } from './field-memo.ts';

/** Places: a value takes the place of the one before it whose name ends alike. A power of two. */
const PLACES = 32_768;

export class NamedKnowledge {
  readonly #names = new Int32Array(PLACES).fill(NO_NAME);
  readonly #known: (KnownValue | null)[] = Array.from({ length: PLACES }, () => null);
  #scope: object | null = null;

  /** Names are those of `scope` from now on. */
  enter(scope: object): void {
    if (this.#scope === scope) return;
    this.#scope = scope;
    this.clear();
  }

  get(name: number): KnownValue | null {
    const place = name & (PLACES - 1);
    return this.#names[place] === name ? (this.#known[place] as KnownValue | null) : null;
  }

  set(name: number, known: KnownValue): void {
    const place = name & (PLACES - 1);
    this.#names[place] = name;
    this.#known[place] = known;
  }

  clear(): void {
    this.#names.fill(NO_NAME);
    this.#known.fill(null);
  }
}
