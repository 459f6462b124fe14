// The two bytes of a term that a search for it alone compares first.

import { byteShare } from './byte-shares.ts';
import { spellingsAt, type SearchTerm } from './search-term.ts';

/** Where the rarest and the second rarest byte stand; the same place twice for a single byte. */
export function rarestBytes(term: SearchTerm): readonly [number, number] {
  const places = Array.from(term.bytes, (_, at) => ({
    at,
    share: spellingsAt(term, at).reduce((sum, byte) => sum + byteShare(byte), 0),
  })).toSorted((a, b) => a.share - b.share);
  const first = places[0]?.at ?? 0;
  return [first, places[1]?.at ?? first];
}
