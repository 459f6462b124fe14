// A line query -> the literals that are searched for, each once, with what their standing in a line opens.

import { InvariantError, type LineCondition, type LineLiteral, type LineQuery } from '@coldhunt/core';
import { foldByte } from './fold-byte.ts';

/** A set of more literals is not asked for when the first set's literal was found: that would cost as much as it saves. */
const MAX_SET = 8;

export interface SearchTerm {
  /** Lower case where `ignoreCase`. */
  readonly bytes: Uint8Array;
  readonly ignoreCase: boolean;
  /** What else must stand in the line: any of these conditions, whose own sets remain. Null: nothing. */
  readonly conditions: readonly TermCondition[] | null;
}

/** Of each set a term stands in the line. */
export interface TermCondition {
  readonly sets: readonly (readonly SearchTerm[])[];
}

/** Throws InvariantError for an empty literal or a condition without sets: they would hold for every line. */
export function toSearchTerms({ literals, conditions }: LineQuery): readonly SearchTerm[] {
  const terms = new Map<string, { term: SearchTerm; conditions: TermCondition[] | null }>();
  for (const literal of literals) {
    const term = toTerm(literal);
    terms.set(keyOf(term), { term, conditions: null });
  }
  for (const condition of conditions) {
    const opened = toCondition(condition);
    for (const literal of condition[0] ?? []) {
      const term = toTerm(literal);
      const known = terms.get(keyOf(term));
      if (known === undefined) terms.set(keyOf(term), { term, conditions: opened === null ? null : [opened] });
      else if (opened === null) known.conditions = null;
      else known.conditions?.push(opened);
    }
  }
  return [...terms.values()].map(({ term, conditions: opened }) => ({ ...term, conditions: opened }));
}

/** Whether a set of a condition is asked for: the first always is. */
export function isAsked(set: readonly unknown[], index: number): boolean {
  return index === 0 || set.length <= MAX_SET;
}

/** How a byte of the term may be spelled. */
export function spellingsAt({ bytes, ignoreCase }: SearchTerm, at: number): readonly number[] {
  const byte = bytes[at] as number;
  return ignoreCase && isLetter(byte) ? [byte, byte - 0x20] : [byte];
}

/** What is or-ed into a text's byte before it is compared: 0x20 makes a letter lower case. */
export function foldAt({ bytes, ignoreCase }: SearchTerm, at: number): number {
  return ignoreCase && isLetter(bytes[at] as number) ? 0x20 : 0;
}

function toCondition(condition: LineCondition): TermCondition | null {
  if (condition.length === 0) throw new InvariantError('INVARIANT', 'a condition without sets holds for every line');
  const [, ...others] = condition.filter(isAsked);
  const sets = others.map((set) => set.map(toTerm));
  return sets.length === 0 ? null : { sets };
}

function toTerm({ bytes, ignoreCase }: LineLiteral): SearchTerm {
  if (bytes.length === 0) throw new InvariantError('INVARIANT', 'an empty literal stands in every line');
  return { bytes: ignoreCase ? bytes.map(foldByte) : bytes, ignoreCase, conditions: null };
}

function keyOf({ bytes, ignoreCase }: SearchTerm): string {
  return `${ignoreCase ? 'i' : 's'}${Buffer.from(bytes).toString('latin1')}`;
}

function isLetter(byte: number): boolean {
  return byte >= 0x61 && byte <= 0x7a;
}
