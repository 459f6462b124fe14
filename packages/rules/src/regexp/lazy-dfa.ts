// Runs an automaton over texts: one look into a table a character, where the table grows as texts need it and is thrown away when it
// becomes too large. Texts that keep asking for new rows are run without it. So time is linear in the text and memory bounded, whatever
// the expression. Hot path.

import type { RegexpLanguage, RegexpNfa } from './regexp-nfa.ts';
import { StateSets, bordersOf, keyOf, type StateSet } from './state-sets.ts';

/** Numbers kept: of the table, and of the sets of states behind its rows. */
const MAX_KEPT = 200_000;
const ASCII_AND_MORE = 256;
/** Rows that may be made at once, and how many characters earn one more. */
const MAX_CREDIT = 2_000;
const CHARACTERS_A_ROW = 100;

const UNKNOWN = -1;
/** No state is left: what follows changes nothing any more. */
const NOWHERE = -2;

export class LazyDfa {
  readonly #stateSets: StateSets;
  /** Where the classes begin: code points of one class are never told apart. */
  readonly #borders: readonly number[];
  readonly #classes = new Uint16Array(ASCII_AND_MORE);
  /** By row and class: the next row. */
  #table: Int32Array;
  #rows: { readonly states: StateSet; readonly isAccepting: boolean }[] = [];
  readonly #rowOf = new Map<string, number>();
  readonly #acceptsNowhere: boolean;
  #kept = 0;
  #credit = MAX_CREDIT;

  constructor(nfa: RegexpNfa, language: RegexpLanguage) {
    this.#stateSets = new StateSets(nfa, language);
    this.#acceptsNowhere = this.#stateSets.accepts(new Int32Array());
    this.#borders = bordersOf(nfa, nfa.transitions.keys());
    for (let code = 0; code < ASCII_AND_MORE; code += 1) this.#classes[code] = this.#classOf(code);
    this.#table = new Int32Array(8 * this.#borders.length).fill(UNKNOWN);
    this.#row(this.#stateSets.start());
  }

  /** Whether the whole text fits. */
  matches(text: string): boolean {
    const classes = this.#classes;
    const width = this.#borders.length;
    let table = this.#table;
    let row = 0;
    for (let at = 0; at < text.length; at += 1) {
      let code = text.charCodeAt(at);
      let type: number;
      if (code < ASCII_AND_MORE) {
        type = classes[code] as number;
      } else {
        code = text.codePointAt(at) as number;
        if (code > 0xff_ff) at += 1;
        type = this.#classOf(code);
      }
      let next = table[row * width + type] as number;
      if (next < 0) {
        if (next === NOWHERE) return this.#acceptsNowhere;
        const { states } = this.#rows[row] as { readonly states: StateSet };
        if (this.#credit < 1) return this.#runFrom(states, text, code > 0xff_ff ? at - 1 : at);
        this.#credit -= 1;
        next = this.#advance(row, type);
        if (next === NOWHERE) return this.#acceptsNowhere;
        table = this.#table;
      }
      row = next;
    }
    this.#earn(text);
    return (this.#rows[row] as { readonly isAccepting: boolean }).isAccepting;
  }

  /** Whether every text fits; false also where more than `maxRows` would have to be looked at. */
  takesEverything(maxRows: number): boolean {
    for (let row = 0; row < this.#rows.length; row += 1) {
      if (this.#rows[row]?.isAccepting !== true || this.#rows.length > maxRows) return false;
      for (let type = 0; type < this.#borders.length; type += 1) {
        if (this.#advance(row, type) === NOWHERE && !this.#acceptsNowhere) return false;
      }
    }
    return true;
  }

  #runFrom(states: StateSet, text: string, at: number): boolean {
    this.#earn(text);
    return this.#stateSets.run(states, text, at);
  }

  #earn(text: string): void {
    this.#credit = Math.min(MAX_CREDIT, this.#credit + text.length / CHARACTERS_A_ROW);
  }

  #advance(from: number, type: number): number {
    const { states } = this.#rows[from] as { readonly states: StateSet };
    const next = this.#stateSets.next(states, this.#borders[type] as number);
    if (next.length === 0) {
      this.#table[from * this.#borders.length + type] = NOWHERE;
      return NOWHERE;
    }
    if (this.#kept > MAX_KEPT) {
      this.#forget();
      return this.#row(next);
    }
    const row = this.#row(next);
    this.#table[from * this.#borders.length + type] = row;
    return row;
  }

  /** The row of a set of states, made where there is none. */
  #row(states: StateSet): number {
    const key = keyOf(states);
    const known = this.#rowOf.get(key);
    if (known !== undefined) return known;
    const row = this.#rows.push({ states, isAccepting: this.#stateSets.accepts(states) }) - 1;
    this.#rowOf.set(key, row);
    this.#kept += 2 * states.length + this.#borders.length;
    if (this.#rows.length * this.#borders.length > this.#table.length) {
      const larger = new Int32Array(2 * this.#table.length).fill(UNKNOWN);
      larger.set(this.#table);
      this.#table = larger;
    }
    return row;
  }

  /** All rows but the first, which is where every text begins. */
  #forget(): void {
    const [first] = this.#rows as [{ readonly states: StateSet; readonly isAccepting: boolean }];
    this.#table.fill(UNKNOWN);
    this.#rows = [first];
    this.#rowOf.clear();
    this.#rowOf.set(keyOf(first.states), 0);
    this.#kept = this.#borders.length;
  }

  #classOf(code: number): number {
    let low = 0;
    let high = this.#borders.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((this.#borders[middle] as number) <= code) low = middle;
      else high = middle - 1;
    }
    return low;
  }
}
