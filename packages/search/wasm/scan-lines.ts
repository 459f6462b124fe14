// Hot path. The lines of a block, 64 bytes at a time: where a line ends, and where a literal may stand. Only there anything else is done.

import { satisfiesAny } from './condition';
import { afterHit, conditionsAt, gramChain, gramHash, nextHit, shortChain, windowChain } from './hits';
import { CLASSES, GRAM_MARKS, GRAM_STRIDE, KERNEL, PROBES, PROBE_BYTES, RESULTS } from './layout';
import { closeLine } from './lines';

const STEP: usize = 64;
const LINE_FEED: u8 = 0x0a;

/** What a kernel looks for; numbers of wasm-layout.ts. */
const NOTHING = 0;
const PROBED = 1;
const CLASSED = 2;
const CLASSED_AND_GRAMS = 3;

// The line that is open, and what is known of it.
let block: usize = 0;
let limit: usize = 0;
let lineStart: usize = 0;
let lineNumber: u64 = 0;
let isListed = false;
/** The whole block is one document: line feeds end nothing. */
let isDocument = false;

@inline
function bits64(a: v128, b: v128, c: v128, d: v128): u64 {
  const low = <u32>i8x16.bitmask(a) | (<u32>i8x16.bitmask(b) << 16);
  const high = <u32>i8x16.bitmask(c) | (<u32>i8x16.bitmask(d) << 16);
  return <u64>low | (<u64>high << 32);
}

@inline
function feedsAt(at: usize): v128 {
  return i8x16.eq(v128.load(at), i8x16.splat(LINE_FEED));
}

/** Of a probe: 0 first byte, 1 its fold, 2 second byte, 3 its fold. */
@inline
function probePart(number: usize, part: usize): v128 {
  return v128.load(PROBES + number * PROBE_BYTES + part * 16);
}

@inline
function distanceOf(number: usize): usize {
  return load<u32>(PROBES + number * PROBE_BYTES, 64);
}

/** Places where one byte stands, and the other so far behind it. */
@inline
function pairAt(at: usize, far: usize, first: v128, second: v128, firstFold: v128, secondFold: v128): v128 {
  return v128.and(
    i8x16.eq(v128.or(v128.load(at), firstFold), first),
    i8x16.eq(v128.or(v128.load(at + far), secondFold), second),
  );
}

/** The lanes moved on by one, filled up from the vector before. */
@inline
function oneOn(before: v128, now: v128): v128 {
  return v128.shuffle<u8>(before, now, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30);
}

@inline
function twoOn(before: v128, now: v128): v128 {
  return v128.shuffle<u8>(before, now, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29);
}

/** The low or high nibbles that each bucket takes at one of the three places of a window. */
@inline
function classTable(place: usize, half: usize): v128 {
  return v128.load(CLASSES + place * 32 + half * 16);
}

@inline
function classed(low: v128, lowTable: v128, high: v128, highTable: v128): v128 {
  return v128.and(i8x16.relaxed_swizzle(lowTable, low), i8x16.relaxed_swizzle(highTable, high));
}

/** Scans [from, to), whose lines all begin and end there; gives `to`, or where to go on when the list is full. */
@inline
function scanWith(kernel: i32, from: usize, to: usize): usize {
  const a = probePart(0, 0);
  const aFold = probePart(0, 1);
  const b = probePart(0, 2);
  const bFold = probePart(0, 3);
  const far1 = distanceOf(0);
  const c = probePart(1, 0);
  const cFold = probePart(1, 1);
  const d = probePart(1, 2);
  const dFold = probePart(1, 3);
  const far2 = distanceOf(1);
  const first0 = classTable(0, 0);
  const first1 = classTable(0, 1);
  const second0 = classTable(1, 0);
  const second1 = classTable(1, 1);
  const third0 = classTable(2, 0);
  const third1 = classTable(2, 1);
  const stride: usize = load<u32>(GRAM_STRIDE);
  let sample = from;
  // Buckets of the two bytes before a vector: a window ends at the place where it is seen, so that each byte is classed once.
  // Before the first vector anything may have stood: short literals leave the first places of their window open.
  let before0 = i8x16.splat(-1);
  let before1 = i8x16.splat(-1);
  for (let at = from; at < to; at += STEP) {
    const feeds0 = feedsAt(at);
    const feeds1 = feedsAt(at + 16);
    const feeds2 = feedsAt(at + 32);
    const feeds3 = feedsAt(at + 48);
    let places0 = i8x16.splat(0);
    let places1 = i8x16.splat(0);
    let places2 = i8x16.splat(0);
    let places3 = i8x16.splat(0);
    if (kernel === PROBED) {
      places0 = v128.or(pairAt(at, far1, a, b, aFold, bFold), pairAt(at, far2, c, d, cFold, dFold));
      places1 = v128.or(pairAt(at + 16, far1, a, b, aFold, bFold), pairAt(at + 16, far2, c, d, cFold, dFold));
      places2 = v128.or(pairAt(at + 32, far1, a, b, aFold, bFold), pairAt(at + 32, far2, c, d, cFold, dFold));
      places3 = v128.or(pairAt(at + 48, far1, a, b, aFold, bFold), pairAt(at + 48, far2, c, d, cFold, dFold));
    }
    if (kernel === CLASSED || kernel === CLASSED_AND_GRAMS) {
      const nibble = i8x16.splat(15);
      const low_0 = v128.and(v128.load(at + 0), nibble);
      const high_0 = v128.and(i16x8.shr_u(v128.load(at + 0), 4), nibble);
      const in0_0 = classed(low_0, first0, high_0, first1);
      const in1_0 = classed(low_0, second0, high_0, second1);
      places0 = v128.and(v128.and(twoOn(before0, in0_0), oneOn(before1, in1_0)), classed(low_0, third0, high_0, third1));
      const low_1 = v128.and(v128.load(at + 16), nibble);
      const high_1 = v128.and(i16x8.shr_u(v128.load(at + 16), 4), nibble);
      const in0_1 = classed(low_1, first0, high_1, first1);
      const in1_1 = classed(low_1, second0, high_1, second1);
      places1 = v128.and(v128.and(twoOn(in0_0, in0_1), oneOn(in1_0, in1_1)), classed(low_1, third0, high_1, third1));
      const low_2 = v128.and(v128.load(at + 32), nibble);
      const high_2 = v128.and(i16x8.shr_u(v128.load(at + 32), 4), nibble);
      const in0_2 = classed(low_2, first0, high_2, first1);
      const in1_2 = classed(low_2, second0, high_2, second1);
      places2 = v128.and(v128.and(twoOn(in0_1, in0_2), oneOn(in1_1, in1_2)), classed(low_2, third0, high_2, third1));
      const low_3 = v128.and(v128.load(at + 48), nibble);
      const high_3 = v128.and(i16x8.shr_u(v128.load(at + 48), 4), nibble);
      const in0_3 = classed(low_3, first0, high_3, first1);
      const in1_3 = classed(low_3, second0, high_3, second1);
      places3 = v128.and(v128.and(twoOn(in0_2, in0_3), oneOn(in1_2, in1_3)), classed(low_3, third0, high_3, third1));
      before0 = in0_3;
      before1 = in1_3;
    }
    let gramPlaces: u64 = 0;
    if (kernel === CLASSED_AND_GRAMS) {
      let marks: u32 = 0;
      const start = sample;
      while (sample < at + STEP) {
        marks |= load<u8>(GRAM_MARKS + gramHash(sample));
        sample += stride;
      }
      if (marks !== 0) {
        for (let again = start; again < at + STEP; again += stride) {
          if (load<u8>(GRAM_MARKS + gramHash(again)) !== 0) gramPlaces |= (<u64>1) << <u64>(again - at);
        }
      }
    }
    const any = v128.or(
      v128.or(v128.or(feeds0, feeds1), v128.or(feeds2, feeds3)),
      v128.or(v128.or(places0, places1), v128.or(places2, places3)),
    );
    if (!v128.any_true(any) && gramPlaces === 0) continue;
    const none = i8x16.splat(0);
    const feeds = bits64(feeds0, feeds1, feeds2, feeds3);
    let places: u64 = 0;
    if (kernel === PROBED) places = bits64(places0, places1, places2, places3);
    if (kernel === CLASSED || kernel === CLASSED_AND_GRAMS)
      places = bits64(
        i8x16.ne(places0, none),
        i8x16.ne(places1, none),
        i8x16.ne(places2, none),
        i8x16.ne(places3, none),
      );
    const back = kernel === CLASSED || kernel === CLASSED_AND_GRAMS ? 2 : 0;
    if (!visit(at, feeds, places, gramPlaces, back)) return lineStart;
  }
  return to;
}

/** Goes through what was found in 64 bytes, in order. `back`: how far before its place a window begins. False: go no further. */
function visit(at: usize, feeds: u64, places: u64, grams: u64, back: usize): bool {
  for (let bits = feeds | places | grams; bits !== 0; bits &= bits - 1) {
    const bit = bits & -bits;
    const place = at + <usize>ctz(bits);
    if (place >= limit) return true;
    if (!isListed && (places & bit) !== 0) {
      if (place - lineStart >= back) tryChain(windowChain(place - back), place - back);
      if (!isListed) tryChain(shortChain(), place);
    }
    if (!isListed && (grams & bit) !== 0) tryChain(gramChain(place), place);
    if (isDocument) {
      if (isListed) return false;
    } else if ((feeds & bit) !== 0 && !endLine(place)) return false;
  }
  return true;
}

/** Lists the open line when a literal stands around the place, alone or with all that its conditions want besides. */
function tryChain(chain: usize, place: usize): void {
  let node = nextHit(chain, place, lineStart, limit);
  while (node !== 0) {
    const conditions = conditionsAt(node);
    if (conditions === 0 || satisfiesAny(conditions, lineNumber, lineStart, endOfLine(place))) {
      isListed = true;
      return;
    }
    node = nextHit(afterHit(node), place, lineStart, limit);
  }
}

function endOfLine(from: usize): usize {
  if (isDocument) return limit;
  for (let at = from; at < limit; at += 16) {
    const bits = i8x16.bitmask(feedsAt(at));
    if (bits !== 0) return min(limit, at + <usize>ctz(bits));
  }
  return limit;
}

function endLine(end: usize): bool {
  const hasRoom = closeLine(block, lineStart, end, isListed);
  lineStart = end + 1;
  lineNumber += 1;
  isListed = false;
  return hasRoom;
}

function begin(from: usize, to: usize): void {
  limit = to;
  lineStart = from;
  lineNumber += 1;
  isListed = false;
}

function run(from: usize, to: usize): usize {
  switch (load<i32>(KERNEL)) {
    case PROBED:
      return scanWith(PROBED, from, to);
    case CLASSED:
      return scanWith(CLASSED, from, to);
    case CLASSED_AND_GRAMS:
      return scanWith(CLASSED_AND_GRAMS, from, to);
    default:
      return scanWith(NOTHING, from, to);
  }
}

/**
 * Lists and counts the lines of [from, to); a last line without a line feed counts too. Offsets are given from `origin` on. Gives `to`, or
 * the start of the line to go on with when the list is full.
 */
export function scanLines(origin: usize, from: usize, to: usize): usize {
  block = origin;
  isDocument = false;
  begin(from, to);
  store<i64>(RESULTS, 0);
  store<i32>(RESULTS, 0, 8);
  const end = run(from, to);
  if (end !== to || lineStart >= to) return end;
  closeLine(block, lineStart, to, isListed);
  return to;
}

/** Whether [from, to), taken as one line whatever line feeds are in it, would be a candidate. */
export function isCandidate(from: usize, to: usize): bool {
  isDocument = true;
  begin(from, to);
  run(from, to);
  return isListed;
}
