// Hot path. Any number of literals in one pass (Wu and Manber, 1994, blocks of two bytes): the last two bytes of a window as
// long as the shortest literal say how far it may move without jumping over one. A hundred literals cost about three
// times what one costs.

import type { LineLiteral } from '@coldhunt/core';
import type { Finder } from './finder.ts';
import { foldByte } from './fold-byte.ts';

/** Finds any of some literals of at least two bytes each. */
export function createTableFinder(literals: readonly LineLiteral[]): Finder {
  const window = Math.min(255, ...literals.map((literal) => literal.bytes.length));
  const shifts = new Uint8Array(65_536).fill(window - 1);
  const buckets: LineLiteral[][] = [];
  const bucketOf = new Map<number, number>();
  const bucketAt = new Int32Array(65_536);
  for (const literal of literals) {
    for (let last = 1; last < window; last += 1) {
      for (const key of pairs(literal, last)) {
        shifts[key] = Math.min(shifts[key] as number, window - 1 - last);
        if (last !== window - 1) continue;
        const bucket = bucketOf.get(key) ?? buckets.push([]) - 1;
        bucketOf.set(key, bucket);
        bucketAt[key] = bucket;
        (buckets[bucket] as LineLiteral[]).push(literal);
      }
    }
  }
  return {
    next(block, from, to) {
      let at = from + window - 1;
      while (at < to) {
        const key = ((block[at - 1] as number) << 8) | (block[at] as number);
        const shift = shifts[key] as number;
        if (shift !== 0) {
          at += shift;
          continue;
        }
        const start = at - window + 1;
        for (const literal of buckets[bucketAt[key] as number] as LineLiteral[]) {
          if (standsAt(literal, block, start, to)) return start;
        }
        at += 1;
      }
      return -1;
    },
  };
}

/** The one to four byte pairs that may stand at `last - 1, last` of a literal. */
function pairs(literal: LineLiteral, last: number): Set<number> {
  const found = new Set<number>();
  for (const first of spellings(literal.bytes[last - 1] as number, literal.ignoreCase)) {
    for (const second of spellings(literal.bytes[last] as number, literal.ignoreCase)) {
      found.add((first << 8) | second);
    }
  }
  return found;
}

function spellings(byte: number, ignoreCase: boolean): readonly number[] {
  const folded = foldByte(byte);
  const isLetter = folded >= 0x61 && folded <= 0x7a;
  return ignoreCase && isLetter ? [folded, folded - 32] : [byte];
}

function standsAt(literal: LineLiteral, block: Uint8Array, start: number, to: number): boolean {
  const { bytes, ignoreCase } = literal;
  if (start + bytes.length > to) return false;
  for (let index = 0; index < bytes.length; index += 1) {
    const wanted = bytes[index] as number;
    const given = block[start + index] as number;
    if (given !== wanted && !(ignoreCase && foldByte(given) === foldByte(wanted))) return false;
  }
  return true;
}
