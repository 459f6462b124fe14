// How common the pieces of a term are, in any of their spellings. Only speed depends on it.

import { byteShare, pairShare } from './byte-shares.ts';
import { spellingsAt, type SearchTerm } from './search-term.ts';

export interface TermShares {
  /** Of each byte. */
  readonly bytes: Float64Array;
  /** Of each byte followed by the next. */
  readonly pairs: Float64Array;
}

export function sharesOf(term: SearchTerm): TermShares {
  const { length } = term.bytes;
  const bytes = new Float64Array(length);
  const pairs = new Float64Array(length);
  for (let at = 0; at < length; at += 1) {
    for (const byte of spellingsAt(term, at)) {
      bytes[at] = (bytes[at] as number) + byteShare(byte);
      if (at + 1 === length) continue;
      for (const next of spellingsAt(term, at + 1)) pairs[at] = (pairs[at] as number) + pairShare(byte, next);
    }
  }
  return { bytes, pairs };
}

/** Of `length` bytes from `at` on, as if each depended on the one before it alone. */
export function runShare({ bytes, pairs }: TermShares, at: number, length: number): number {
  let share = bytes[at] as number;
  for (let place = at; place < at + length - 1; place += 1)
    share *= (pairs[place] as number) / (bytes[place] as number);
  return share;
}
