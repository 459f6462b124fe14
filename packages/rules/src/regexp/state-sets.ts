// Sets of states of an automaton: where it can be after some characters. Hot path: all memory is made once.

import { LAST_CODE_POINT, hasCodePoint } from './code-point-set.ts';
import type { RegexpLanguage, RegexpNfa } from './regexp-nfa.ts';

/** In no order, each once, with everything that is reached without a character. */
export type StateSet = Int32Array;

export class StateSets {
  readonly #nfa: RegexpNfa;
  readonly #language: RegexpLanguage;
  /** By state: the number of the last set that holds it. */
  readonly #marks: Uint32Array;
  #mark = 0;
  /** The set that is being made. */
  #made: Int32Array;
  /** The set before it, when a text is run through. */
  #previous: Int32Array;
  #size = 0;

  constructor(nfa: RegexpNfa, language: RegexpLanguage) {
    this.#nfa = nfa;
    this.#language = language;
    this.#marks = new Uint32Array(nfa.transitions.length);
    this.#made = new Int32Array(nfa.transitions.length);
    this.#previous = new Int32Array(nfa.transitions.length);
  }

  /** Before the first character. */
  start(): StateSet {
    this.#begin();
    for (const state of this.#language.starts) this.#add(state);
    this.#reach();
    return this.#made.slice(0, this.#size);
  }

  /** After one more character. */
  next(states: StateSet, code: number): StateSet {
    this.#step(states, states.length, code);
    return this.#made.slice(0, this.#size);
  }

  accepts(states: StateSet): boolean {
    this.#begin();
    for (const state of states) this.#add(state);
    return this.#madeAccepts();
  }

  /** Whether the text from `at` on leads from a set to one that accepts: what it costs is bounded by text and states. */
  run(states: StateSet, text: string, at: number): boolean {
    this.#made.set(states);
    this.#size = states.length;
    for (let next = at; next < text.length; next += 1) {
      const code = text.codePointAt(next) as number;
      if (code > 0xff_ff) next += 1;
      [this.#made, this.#previous] = [this.#previous, this.#made];
      this.#step(this.#previous, this.#size, code);
    }
    return this.accepts(this.#made.slice(0, this.#size));
  }

  #step(states: StateSet, size: number, code: number): void {
    const { transitions } = this.#nfa;
    this.#begin();
    for (let index = 0; index < size; index += 1) {
      for (const { set, to } of transitions[states[index] as number] ?? []) {
        if (set.length === 2 ? code >= (set[0] as number) && code <= (set[1] as number) : hasCodePoint(set, code)) {
          this.#add(to);
        }
      }
    }
    this.#reach();
  }

  #madeAccepts(): boolean {
    const [marks, mark] = [this.#marks, this.#mark];
    return this.#language.accepts((state) => marks[state] === mark);
  }

  #begin(): void {
    this.#size = 0;
    this.#mark += 1;
    if (this.#mark < 2 ** 32 - 1) return;
    this.#marks.fill(0);
    this.#mark = 1;
  }

  #add(state: number): void {
    if (this.#marks[state] === this.#mark) return;
    this.#marks[state] = this.#mark;
    this.#made[this.#size] = state;
    this.#size += 1;
  }

  #reach(): void {
    const { jumps } = this.#nfa;
    for (let index = 0; index < this.#size; index += 1) {
      for (const to of jumps[this.#made[index] as number] ?? []) this.#add(to);
    }
  }
}

/** The code points at which a state of the set begins or ceases to take them; 0 is always one. */
export function bordersOf(nfa: RegexpNfa, states: Iterable<number>): readonly number[] {
  const borders = new Set([0]);
  for (const state of states) {
    for (const { set } of nfa.transitions[state] ?? []) {
      for (let index = 0; index < set.length; index += 2) {
        borders.add(set[index] as number);
        borders.add((set[index + 1] as number) + 1);
      }
    }
  }
  return [...borders].filter((border) => border <= LAST_CODE_POINT).toSorted((a, b) => a - b);
}

/** A name for a set, the same for the same states. Sorts them. */
export function keyOf(states: StateSet): string {
  return states.sort().join(',');
}
