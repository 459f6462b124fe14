// Hot path. Literals -> which lines of a block may hold a match. Lines are found and tested by their bytes; no strings are made.

import type { LineFilter, LineLiteral, LineScan } from '@coldhunt/core';
import { planFinders } from './create-searcher.ts';
import type { Finder } from './finder.ts';

const LINE_FEED = 0x0a;
const CARRIAGE_RETURN = 0x0d;
const OPEN_BRACE = 0x7b;
const CLOSE_BRACE = 0x7d;
/** Where a finder has nothing more to find in this block. */
const NEVER = 0x7fffffff;

/**
 * A filter for these literals. Without literals no line is a candidate, and only lines that fail the brace test are listed.
 * A case-sensitive literal may be given as its bytes alone.
 */
export function createLineFilter(literals: readonly (Uint8Array | LineLiteral)[]): LineFilter {
  const finders = planFinders(
    literals.map((literal) => (literal instanceof Uint8Array ? { bytes: literal, ignoreCase: false } : literal)),
  );
  const hits = new Int32Array(finders.length);
  return {
    scan(block, from, to, found) {
      const view = Buffer.from(block.buffer, block.byteOffset, to);
      scanLines(view, from, found, finders, hits);
    },
    mayHold(block, from, to) {
      const view = Buffer.from(block.buffer, block.byteOffset, to);
      for (const finder of finders) {
        if (finder.next(view, from, to) !== -1) return true;
      }
      return false;
    },
  };
}

/** An empty result, to be handed to every scan. */
export function createLineScan(): LineScan {
  return { searched: 0, blank: 0, count: 0, starts: new Int32Array(256), ends: new Int32Array(256) };
}

function scanLines(block: Buffer, from: number, found: LineScan, finders: readonly Finder[], hits: Int32Array): void {
  const to = block.length;
  found.searched = 0;
  found.blank = 0;
  found.count = 0;
  let nextHit = advance(block, from, finders, hits, true);
  let start = from;
  while (start < to) {
    const feed = block.indexOf(LINE_FEED, start);
    const end = feed === -1 ? to : feed;
    if (nextHit < end) {
      list(found, start, end);
      nextHit = advance(block, end, finders, hits, false);
    } else if (isBraced(block, start, end)) {
      found.searched += 1;
    } else if (isBlank(block, start, end)) {
      found.blank += 1;
    } else {
      list(found, start, end);
    }
    start = end + 1;
  }
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

function list(found: LineScan, start: number, end: number): void {
  if (found.count === found.starts.length) {
    found.starts = grow(found.starts);
    found.ends = grow(found.ends);
  }
  found.starts[found.count] = start;
  found.ends[found.count] = end;
  found.count += 1;
}

function grow(offsets: Int32Array): Int32Array<ArrayBuffer> {
  const larger = new Int32Array(offsets.length * 2);
  larger.set(offsets);
  return larger;
}
