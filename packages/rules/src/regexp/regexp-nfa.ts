// A tree -> states with transitions on sets of code points (Thompson's construction). Complement and intersection have no states of their
// own: they say when a set of states accepts. Where they stand inside of something else they are made into states first.

import { InputError } from '@coldhunt/core';
import { foldAsciiSet, foldUnicodeSet, invert, type CodePointSet } from './code-point-set.ts';
import { eachStep } from './each-step.ts';
import type { RegexpNode } from './regexp-tree.ts';

/** A regular expression that needs more is refused: one step of evaluation can cost as much. */
const MAX_STATES = 5_000;

/** Letters of which alphabet count in either case. */
export type CaseFolding = 'none' | 'ascii' | 'unicode';

interface Transition {
  readonly set: CodePointSet;
  readonly to: number;
}

export interface RegexpNfa {
  /** By state. */
  readonly transitions: readonly (readonly Transition[])[];
  /** By state: where it leads without a character. */
  readonly jumps: readonly (readonly number[])[];
}

/** A language over the states of an automaton: what begins at all of `starts` at once, and which sets of states accept. */
export interface RegexpLanguage {
  readonly starts: readonly number[];
  readonly accepts: (has: (state: number) => boolean) => boolean;
}

/** Throws InputError REGEXP_LIMIT. */
export function buildNfa(
  root: RegexpNode,
  folding: CaseFolding,
): { readonly nfa: RegexpNfa; readonly language: RegexpLanguage } {
  const builder = new NfaBuilder(folding);
  const language = builder.language(root);
  return { nfa: builder, language };
}

class NfaBuilder implements RegexpNfa {
  readonly transitions: Transition[][] = [];
  readonly jumps: number[][] = [];
  readonly #folding: CaseFolding;
  readonly #sets = new Map<RegexpNode, CodePointSet>();

  constructor(folding: CaseFolding) {
    this.#folding = folding;
  }

  language(node: RegexpNode): RegexpLanguage {
    if (node.kind === 'complement') {
      const { starts, accepts } = this.language(node.of);
      return { starts, accepts: (has) => !accepts(has) };
    }
    if (node.kind === 'intersection') {
      const parts = node.of.map((part) => this.language(part));
      return {
        starts: parts.flatMap(({ starts }) => starts),
        accepts: (has) => parts.every(({ accepts }) => accepts(has)),
      };
    }
    const start = this.#state();
    const end = this.#build(node, start);
    return { starts: [start], accepts: (has) => has(end) };
  }

  /** Adds what the node takes from `start` on; gives the state after it. No transition is ever added that leads to `start`. */
  #build(node: RegexpNode, start: number): number {
    switch (node.kind) {
      case 'blank':
        return start;
      case 'none':
        return this.#state();
      case 'character':
      case 'class':
        return this.#step(start, this.#setOf(node));
      case 'concat': {
        let end = start;
        for (const part of node.of) end = this.#build(part, end);
        return end;
      }
      case 'union': {
        const ends = node.of.map((part) => this.#build(part, start));
        return this.#join(ends);
      }
      case 'repeat':
        return this.#repeat(node.of, node, start);
      case 'complement':
      case 'intersection':
        return this.#embed(this.language(node), start);
    }
  }

  #repeat(of: RegexpNode, { min, max }: { readonly min: number; readonly max: number | null }, start: number): number {
    let end = start;
    for (let count = max === null ? 1 : 0; count < min; count += 1) end = this.#copy(of, end);
    if (max !== null) {
      const ends = [end];
      for (let count = min; count < max; count += 1) {
        end = this.#copy(of, end);
        ends.push(end);
      }
      return ends.length === 1 ? end : this.#join(ends);
    }
    const loop = this.#after(end);
    const looped = this.#build(of, loop);
    this.#jump(looped, loop);
    return min === 0 ? this.#after(loop) : this.#after(looped);
  }

  /** A copy costs a state even where it takes nothing: the number of copies is bounded. */
  #copy(of: RegexpNode, start: number): number {
    const before = this.transitions.length;
    const end = this.#build(of, start);
    if (this.transitions.length === before) this.#state();
    return end;
  }

  /** A language inside of another: its sets of states become states. */
  #embed(language: RegexpLanguage, start: number): number {
    const end = this.#state();
    const stateOf: number[] = [this.#after(start)];
    eachStep(this, language, {
      maxSets: MAX_STATES,
      found: (index, isAccepting) => {
        stateOf[index] ??= this.#state();
        if (isAccepting) this.#jump(stateOf[index] as number, end);
      },
      step: (from, set, to) => {
        stateOf[to] ??= this.#state();
        this.#add(stateOf[from] as number, { set, to: stateOf[to] as number });
      },
    });
    return end;
  }

  /** Made once for all copies of the node. */
  #setOf(node: Extract<RegexpNode, { kind: 'character' | 'class' }>): CodePointSet {
    const known = this.#sets.get(node);
    if (known !== undefined) return known;
    const folded = this.#fold(node.kind === 'character' ? [node.code, node.code] : node.set);
    const set = node.kind === 'class' && node.isNegated ? invert(folded) : folded;
    this.#sets.set(node, set);
    return set;
  }

  #fold(set: CodePointSet): CodePointSet {
    if (this.#folding === 'none') return set;
    return this.#folding === 'ascii' ? foldAsciiSet(set) : foldUnicodeSet(set);
  }

  #step(from: number, set: CodePointSet): number {
    const to = this.#state();
    if (set.length > 0) this.#add(from, { set, to });
    return to;
  }

  #join(ends: readonly number[]): number {
    const joined = this.#state();
    for (const end of ends) this.#jump(end, joined);
    return joined;
  }

  #after(state: number): number {
    const next = this.#state();
    this.#jump(state, next);
    return next;
  }

  #add(from: number, transition: Transition): void {
    (this.transitions[from] as Transition[]).push(transition);
  }

  #jump(from: number, to: number): void {
    (this.jumps[from] as number[]).push(to);
  }

  #state(): number {
    if (this.transitions.length >= MAX_STATES) {
      throw new InputError(
        'REGEXP_LIMIT',
        `the regular expression needs more than ${MAX_STATES} states: repeat less in it, or write alternatives as patterns of their own`,
      );
    }
    this.jumps.push([]);
    return this.transitions.push([]) - 1;
  }
}
