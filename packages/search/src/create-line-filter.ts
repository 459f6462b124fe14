// The search in JavaScript, by Buffer's native search and a table: what runs where there is no WebAssembly, and its oracle in tests. Literals ->
// which lines of a block may hold a match. Lines are found and tested by their bytes; no strings are made.

import { InvariantError, type LineFilter, type LineQuery, type LineScan } from '@coldhunt/core';
import { planFinders } from './plan-finders.ts';
import type { Finder } from './finder.ts';
import { addLine } from './line-list.ts';
import { isAsked } from './search-term.ts';

const LINE_FEED = 0x0a;
const CARRIAGE_RETURN = 0x0d;
const OPEN_BRACE = 0x7b;
const CLOSE_BRACE = 0x7d;
/** Where a finder has nothing more to find in this block. */
const NEVER = 0x7fffffff;

/**
 * A filter for these literals and conditions. Without any no line is a candidate, and only lines that fail the brace test are listed. Throws
 * InvariantError for an empty literal and for a condition without sets.
 */
export function createLineFilter({ literals, conditions }: LineQuery): LineFilter {
  const firstSets = conditions.map(([first]) => first);
  if (firstSets.includes(undefined)) {
    throw new InvariantError('INVARIANT', 'a condition without literals holds for every line');
  }
  const finders = planFinders([...literals, ...firstSets.flatMap((set) => set ?? [])]);
  const alone = planFinders(literals);
  const wanted = conditions.map((sets) => sets.filter(isAsked).map((set) => planFinders(set)));
  const hits = new Int32Array(finders.length);
  const isCandidate = (block: Buffer, start: number, end: number): boolean =>
    conditions.length === 0 ||
    stands(alone, block, start, end) ||
    wanted.some((sets) => sets.every((set) => stands(set, block, start, end)));
  return {
    scan(block, from, to, found) {
      const view = Buffer.from(block.buffer, block.byteOffset, to);
      found.searched = 0;
      found.blank = 0;
      found.count = 0;
      let nextHit = advance(view, from, finders, hits, true);
      for (let start = from; start < to;) {
        const feed = view.indexOf(LINE_FEED, start);
        const end = feed === -1 ? to : feed;
        const isHit = nextHit < end;
        if (isHit && isCandidate(view, start, end)) addLine(found, start, end);
        else sortOut(view, start, end, found);
        if (isHit) nextHit = advance(view, end, finders, hits, false);
        start = end + 1;
      }
    },
    mayHold(block, from, to) {
      const view = Buffer.from(block.buffer, block.byteOffset, to);
      return stands(finders, view, from, to) && isCandidate(view, from, to);
    },
  };
}

function stands(finders: readonly Finder[], block: Buffer, from: number, to: number): boolean {
  const part = block.subarray(from, to);
  return finders.some((finder) => finder.next(part, 0, part.length) !== -1);
}

/** A line without a candidate's literals: searched, blank, or listed because it fails the brace test. */
function sortOut(block: Buffer, start: number, end: number, found: LineScan): void {
  if (isBraced(block, start, end)) found.searched += 1;
  else if (isBlank(block, start, end)) found.blank += 1;
  else addLine(found, start, end);
}

/** Moves each finder whose hit lies before `from` on to its next one; gives the nearest of all. */
function advance(block: Buffer, from: number, finders: readonly Finder[], hits: Int32Array, isFirst: boolean): number {
  let nearest = NEVER;
  for (let index = 0; index < finders.length; index += 1) {
    let hit = hits[index] as number;
    if (isFirst || hit < from) {
      hit = (finders[index] as Finder).next(block, from, block.length);
      if (hit === -1) hit = NEVER;
      hits[index] = hit;
    }
    if (hit < nearest) nearest = hit;
  }
  return nearest;
}

/** The first and the last byte are braces, white space and NULs (which a crash leaves before the next write) aside. */
function isBraced(block: Buffer, start: number, end: number): boolean {
  let first = start;
  let last = end - 1;
  while (first <= last && isPadding(block[first] as number)) first += 1;
  while (last > first && isPadding(block[last] as number)) last -= 1;
  return last > first && block[first] === OPEN_BRACE && block[last] === CLOSE_BRACE;
}

function isBlank(block: Buffer, start: number, end: number): boolean {
  for (let index = start; index < end; index += 1) if (!isSpace(block[index] as number)) return false;
  return true;
}

function isPadding(byte: number): boolean {
  return byte === 0x00 || isSpace(byte);
}

function isSpace(byte: number): boolean {
  return byte === 0x20 || byte === 0x09 || byte === CARRIAGE_RETURN;
}
