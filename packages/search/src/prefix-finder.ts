// Many literals of one length that differ only in their last two bytes, such as the JSON escapes `\u0061` `\u0062` …:
// a native search for what they share, then a look into a table.

import type { Finder } from './finder.ts';

/** Finds literals that are `prefix` and two more bytes. */
export function createPrefixFinder(prefix: Uint8Array, tails: readonly (readonly [number, number])[]): Finder {
  const needle = Buffer.from(prefix);
  const isTail = new Uint8Array(65_536);
  for (const [first, second] of tails) isTail[(first << 8) | second] = 1;
  const length = needle.length;
  return {
    next(block, from, to) {
      let at = block.indexOf(needle, from);
      while (at !== -1 && at + length + 2 <= to) {
        const key = ((block[at + length] as number) << 8) | (block[at + length + 1] as number);
        if (isTail[key] === 1) return at;
        at = block.indexOf(needle, at + 1);
      }
      return -1;
    },
  };
}
