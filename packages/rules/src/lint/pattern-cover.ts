// Whether every text that fits one wildcard pattern fits another, as far as it shows in the patterns: a yes is certain.

import { foldAscii } from '../fields/fold-ascii.ts';
import { STAR, ANY, type PatternToken } from '../fields/wildcard-pattern.ts';

/** A pattern in which only `*` is special, between its parts. */
export function globTokens(parts: readonly string[]): readonly PatternToken[] {
  return parts.flatMap((part, index) => [...(index === 0 ? [] : [STAR]), ...textTokens(part)]);
}

export function textTokens(text: string): readonly PatternToken[] {
  return Array.from(text, (character) => character.codePointAt(0) as number);
}

/** `ignoreCase`: letters of ASCII in either case are equal. */
export function coversPattern(
  wide: readonly PatternToken[],
  narrow: readonly PatternToken[],
  ignoreCase: boolean,
): boolean {
  const folded = ignoreCase ? fold : (token: PatternToken): PatternToken => token;
  // Places in the wide pattern that what was read of the narrow one can have led to.
  let places = skipStars(wide, new Set([0]));
  for (const token of narrow) {
    const next = new Set<number>();
    for (const place of places) {
      const wanted = wide[place];
      if (wanted === STAR) next.add(place);
      else if (wanted !== undefined && token !== STAR && (wanted === ANY || folded(wanted) === folded(token)))
        next.add(place + 1);
    }
    places = skipStars(wide, next);
    if (places.size === 0) return false;
  }
  return places.has(wide.length);
}

/** A star may also take nothing. */
function skipStars(pattern: readonly PatternToken[], places: Set<number>): Set<number> {
  for (const place of places) if (pattern[place] === STAR) places.add(place + 1);
  return places;
}

function fold(token: PatternToken): PatternToken {
  return token < 0 ? token : (foldAscii(String.fromCodePoint(token)).codePointAt(0) as number);
}
