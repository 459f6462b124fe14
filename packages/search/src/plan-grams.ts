// Many terms -> the hashes of their four-byte pieces. A text is looked at every `stride` bytes only: whichever way a term lies,
// one of `stride` neighbouring pieces of it begins at a place that is looked at (after Wu and Manber, 1994).

import type { PlacedTerm } from './plan-probes.ts';
import type { SearchTerm } from './search-term.ts';
import { runShare, sharesOf } from './term-shares.ts';

const GRAM_BYTES = 4;
const MAX_STRIDE = 8;
const HASHES = 32_768;

export interface GramPlan {
  readonly stride: number;
  /** A term once for each of its pieces. */
  readonly placed: readonly PlacedTerm[];
  /** The share of places looked at that pass, a place for each term that is compared there. */
  readonly share: number;
}

/** How far apart places may be looked at for terms of at least so many bytes. */
export function gramStride(shortest: number): number {
  return Math.min(MAX_STRIDE, shortest - GRAM_BYTES + 1);
}

/** For terms that are all at least `shortest` bytes long, which is at least 4. */
export function planGrams(terms: readonly SearchTerm[], shortest: number): GramPlan {
  const stride = gramStride(shortest);
  const keys = terms.map((term) => gramKeys(term));
  // Of terms that share a piece all are compared wherever it stands: it is as common as all of them together.
  const uses = new Map<number, number>();
  for (const own of keys) for (const key of own) uses.set(key, (uses.get(key) ?? 0) + 1);
  const placed: PlacedTerm[] = [];
  let share = 0;
  for (const [index, term] of terms.entries()) {
    const known = sharesOf(term);
    const own = keys[index] as Uint32Array;
    const costs = Float64Array.from(own, (key, at) => runShare(known, at, GRAM_BYTES) * (uses.get(key) as number));
    const begin = rarestRun(costs, stride);
    for (let at = begin; at < begin + stride; at += 1) {
      placed.push({ term, at });
      share += runShare(known, at, GRAM_BYTES);
    }
  }
  return { stride, placed, share: share + placed.length / HASHES };
}

/** Each piece as a number, letters folded as in the hash. */
function gramKeys({ bytes }: SearchTerm): Uint32Array {
  return Uint32Array.from({ length: bytes.length - GRAM_BYTES + 1 }, (_, at) => {
    let key = 0;
    for (let place = 0; place < GRAM_BYTES; place += 1) key |= ((bytes[at + place] as number) | 0x20) << (place * 8);
    return key;
  });
}

/** Where the `length` neighbours begin that are the least together. */
function rarestRun(shares: Float64Array, length: number): number {
  let best = 0;
  let least = Number.POSITIVE_INFINITY;
  for (let begin = 0; begin + length <= shares.length; begin += 1) {
    let sum = 0;
    for (let at = begin; at < begin + length; at += 1) sum += shares[at] as number;
    if (sum >= least) continue;
    least = sum;
    best = begin;
  }
  return best;
}
