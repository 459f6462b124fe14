// Hot path. What an event counts for, found again by the names of its values: events that say the same in some fields are seldom looked at
// twice.

import { NO_NAME, type EventView, type FieldTable, type ValueNames } from '@coldhunt/core';

/** More sequences of names than that begin anew. */
const MAX_STEPS = 10_000;

/** A sequence of names so far. */
interface Step<T> {
  readonly name: number;
  readonly next: Map<number, Step<T>>;
  /** The one that came next last. */
  last: Step<T> | null;
  kept: T | null;
}

export class NamedClasses<T> {
  readonly #table: FieldTable;
  #root: Step<T> = toStep(NO_NAME);
  #steps = 0;
  #scope: object | null = null;
  #at: Step<T> | null = null;
  #names: ValueNames | null = null;

  /** `table`: the fields that tell events apart. */
  constructor(table: FieldTable) {
    this.#table = table;
  }

  /** What was kept for an event that says the same; null: nothing, or its values have no names. */
  find(view: EventView): T | null {
    const names = view.names ?? null;
    this.#at = null;
    if (names === null) return null;
    if (names.scope !== this.#scope || this.#steps > MAX_STEPS) {
      this.#scope = names.scope;
      this.#root = toStep(NO_NAME);
      this.#steps = 0;
    }
    this.#at = this.#root;
    this.#names = names;
    if (!names.gatherNames(this.#table, this.#follow)) this.#at = null;
    this.#names = null;
    return this.#at?.kept ?? null;
  }

  /** Keeps something for the event that was just sought, where that can be. */
  keep(kept: T): void {
    if (this.#at !== null) this.#at.kept = kept;
  }

  readonly #follow = (_number: number, name: number, at: number): void => {
    const step = this.#at;
    if (step === null) return;
    if (name === NO_NAME) {
      // Whoever asks for a value makes that it has a name when it comes again.
      this.#names?.valueAt(at);
      this.#at = null;
    } else this.#at = step.last?.name === name ? step.last : this.#nextOf(step, name);
  };

  #nextOf(step: Step<T>, name: number): Step<T> {
    let next = step.next.get(name);
    if (next === undefined) {
      next = toStep(name);
      step.next.set(name, next);
      this.#steps += 1;
    }
    step.last = next;
    return next;
  }
}

function toStep<T>(name: number): Step<T> {
  return { name, next: new Map(), last: null, kept: null };
}
