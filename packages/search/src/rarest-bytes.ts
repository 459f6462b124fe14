// The two bytes of a term that a search for it alone compares first.

import type { SearchTerm } from './search-term.ts';
import { sharesOf } from './term-shares.ts';

/** Where the rarest and the second rarest byte stand; the same place twice for a single byte. */
export function rarestBytes(term: SearchTerm): readonly [number, number] {
  const places = Array.from(sharesOf(term).bytes, (share, at) => ({ at, share })).toSorted((a, b) => a.share - b.share);
  const first = places[0]?.at ?? 0;
  return [first, places[1]?.at ?? first];
}
