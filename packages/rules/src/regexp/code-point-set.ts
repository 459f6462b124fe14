// Sets of code points as sorted bounds: [from, to, from, to, …], both ends inclusive, no two ranges touching.

export type CodePointSet = readonly number[];

export const LAST_CODE_POINT = 0x10_ff_ff;

/** A set of ranges in any order, overlapping or not; `ranges` is [from, to, …]. */
export function toCodePointSet(ranges: readonly number[]): CodePointSet {
  const pairs: [number, number][] = [];
  for (let index = 0; index < ranges.length; index += 2) {
    pairs.push([ranges[index] as number, ranges[index + 1] as number]);
  }
  pairs.sort((a, b) => a[0] - b[0]);
  const set: number[] = [];
  for (const [from, to] of pairs) {
    const end = set.at(-1);
    if (end !== undefined && from <= end + 1) set[set.length - 1] = Math.max(end, to);
    else set.push(from, to);
  }
  return set;
}

/** All code points that are not in the set. */
export function invert(set: CodePointSet): CodePointSet {
  const inverted: number[] = [];
  let next = 0;
  for (let index = 0; index < set.length; index += 2) {
    const from = set[index] as number;
    if (from > next) inverted.push(next, from - 1);
    next = (set[index + 1] as number) + 1;
  }
  if (next <= LAST_CODE_POINT) inverted.push(next, LAST_CODE_POINT);
  return inverted;
}

export function hasCodePoint(set: CodePointSet, code: number): boolean {
  let low = 0;
  let high = set.length / 2 - 1;
  while (low <= high) {
    const middle = (low + high) >> 1;
    if (code < (set[2 * middle] as number)) high = middle - 1;
    else if (code > (set[2 * middle + 1] as number)) low = middle + 1;
    else return true;
  }
  return false;
}

/** With every letter A to Z and a to z in both cases. */
export function foldAsciiSet(set: CodePointSet): CodePointSet {
  const added: number[] = [];
  for (const [first, other] of [
    [65, 97],
    [97, 65],
  ] as const) {
    for (let index = 0; index < set.length; index += 2) {
      const from = Math.max(set[index] as number, first);
      const to = Math.min(set[index + 1] as number, first + 25);
      if (from <= to) added.push(from - first + other, to - first + other);
    }
  }
  return added.length === 0 ? set : toCodePointSet([...set, ...added]);
}

/** Ranges beyond hold no letters with two cases worth the time. */
const LAST_CASED = 0x1_e9_43;

/** With the lower and upper case of every letter, where that is one code point. */
export function foldUnicodeSet(set: CodePointSet): CodePointSet {
  const added: number[] = [];
  for (let index = 0; index < set.length; index += 2) {
    const to = Math.min(set[index + 1] as number, LAST_CASED);
    for (let code = set[index] as number; code <= to; code += 1) {
      const character = String.fromCodePoint(code);
      for (const cased of [character.toLowerCase(), character.toUpperCase()]) {
        if (cased === character || [...cased].length !== 1) continue;
        const other = cased.codePointAt(0) as number;
        added.push(other, other);
      }
    }
  }
  return added.length === 0 ? set : toCodePointSet([...set, ...added]);
}
