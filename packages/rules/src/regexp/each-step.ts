// All sets of states that an automaton can be in, with the steps between them (the subset construction).

import { InputError } from '@coldhunt/core';
import { LAST_CODE_POINT, toCodePointSet, type CodePointSet } from './code-point-set.ts';
import type { RegexpLanguage, RegexpNfa } from './regexp-nfa.ts';
import { StateSets, bordersOf, keyOf, type StateSet } from './state-sets.ts';

export interface StepVisitor {
  readonly maxSets: number;
  /** A set of states; the first is where it begins. */
  readonly found: (index: number, isAccepting: boolean) => void;
  /** Every code point leads from each set to exactly one. */
  readonly step: (from: number, set: CodePointSet, to: number) => void;
}

/** Looks at states, summed over all steps. */
const MAX_WORK = 5_000_000;

/** Throws InputError REGEXP_LIMIT where there are too many sets or too much to look at. */
export function eachStep(nfa: RegexpNfa, language: RegexpLanguage, { maxSets, found, step }: StepVisitor): void {
  const stateSets = new StateSets(nfa, language);
  const indexes = new Map<string, number>();
  const sets: StateSet[] = [];
  const indexOf = (states: StateSet): number => {
    const key = keyOf(states);
    const known = indexes.get(key);
    if (known !== undefined) return known;
    if (sets.length >= maxSets) throw tooComplex();
    indexes.set(key, sets.length);
    return sets.push(states) - 1;
  };
  indexOf(stateSets.start());
  let work = 0;
  for (let from = 0; from < sets.length; from += 1) {
    const states = sets[from] as StateSet;
    found(from, stateSets.accepts(states));
    const borders = bordersOf(nfa, states);
    work += borders.length * (states.length + 1);
    if (work > MAX_WORK) throw tooComplex();
    const ranges = new Map<number, number[]>();
    for (const [index, border] of borders.entries()) {
      const to = indexOf(stateSets.next(states, border));
      const led = ranges.get(to) ?? [];
      led.push(border, (borders[index + 1] ?? LAST_CODE_POINT + 1) - 1);
      ranges.set(to, led);
    }
    for (const [to, led] of ranges) step(from, toCodePointSet(led), to);
  }
}

function tooComplex(): InputError {
  return new InputError(
    'REGEXP_LIMIT',
    'the regular expression has a complement (~) or intersection (&) that is too complex: write it simpler, or as conditions of their own',
  );
}
