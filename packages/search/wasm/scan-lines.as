// Hot path. The lines of a block, 64 bytes at a time: where a line ends, and where a literal may stand. Only there anything else is done.

import { satisfiesAny } from './condition';
import { afterHit, conditionsAt, gramChain, gramHash, nextHit, shortChain, windowChain } from './hits';
import { CLASSES, GRAM_MARKS, GRAM_STRIDE, KERNEL, PROBES, PROBE_BYTES, RESULTS } from './layout';
import { closeLine } from './lines';

export { addKey, addPlace, addShorter } from './keys';
export { nameValues } from './values';
export { clearFinder, findValues, findValuesOfLine } from './find-values';

const STEP: usize = 64;
const LINE_FEED: u8 = 0x0a;

/** The kernels, as search-layout.ts numbers them; what is neither is classes and grams together. */
const PROBED = 0;
const PROBED_FOLDED = 1;
const CLASSED = 2;

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

/** Places where the bytes a and b stand side by side, or c and d; with `hasFolds` in any case that the probes' folds take. */
@inline
function pairsAt(hasFolds: bool, at: usize, a: v128, b: v128, c: v128, d: v128): v128 {
  const text = v128.load(at);
  const next = v128.load(at, 1);
  if (hasFolds) {
    return v128.or(
      v128.and(
        i8x16.eq(v128.or(text, probePart(0, 1)), a),
        i8x16.eq(v128.or(next, probePart(0, 3)), b),
      ),
      v128.and(
        i8x16.eq(v128.or(text, probePart(1, 1)), c),
        i8x16.eq(v128.or(next, probePart(1, 3)), d),
      ),
    );
  }
  return v128.or(
    v128.and(i8x16.eq(text, a), i8x16.eq(next, b)),
    v128.and(i8x16.eq(text, c), i8x16.eq(next, d)),
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

// Each scan takes [from, to), whose lines all begin and end there, and gives `to`, or where to go on when the list is full.

@inline
function scanProbed(hasFolds: bool, from: usize, to: usize): usize {
  const a = probePart(0, 0);
  const b = probePart(0, 2);
  const c = probePart(1, 0);
  const d = probePart(1, 2);
  for (let at = from; at < to; at += STEP) {
    const found0 = v128.or(feedsAt(at), pairsAt(hasFolds, at, a, b, c, d));
    const found1 = v128.or(feedsAt(at + 16), pairsAt(hasFolds, at + 16, a, b, c, d));
    const found2 = v128.or(feedsAt(at + 32), pairsAt(hasFolds, at + 32, a, b, c, d));
    const found3 = v128.or(feedsAt(at + 48), pairsAt(hasFolds, at + 48, a, b, c, d));
    // What was found is worked out once more where there is anything: kept at hand it would cost registers that the loop needs.
    if (!v128.any_true(v128.or(v128.or(found0, found1), v128.or(found2, found3)))) continue;
    if (!visit(at, feedBits(at), probedBits(at), 0, 0)) return lineStart;
  }
  return to;
}

function feedBits(at: usize): u64 {
  return bits64(feedsAt(at), feedsAt(at + 16), feedsAt(at + 32), feedsAt(at + 48));
}

function probedBits(at: usize): u64 {
  return bits64(probedAt(at), probedAt(at + 16), probedAt(at + 32), probedAt(at + 48));
}

function probedAt(at: usize): v128 {
  return pairsAt(true, at, probePart(0, 0), probePart(0, 2), probePart(1, 0), probePart(1, 2));
}

@inline
function scanClassed(hasGrams: bool, from: usize, to: usize): usize {
  const first0 = classTable(0, 0);
  const first1 = classTable(0, 1);
  const second0 = classTable(1, 0);
  const second1 = classTable(1, 1);
  const third0 = classTable(2, 0);
  const third1 = classTable(2, 1);
  const nibble = i8x16.splat(15);
  const stride: usize = load<u32>(GRAM_STRIDE);
  let sample = from;
  // Buckets of the two bytes before a vector: a window ends at the place where it is seen, so that each byte is classed once.
  // Before the first vector anything may have stood: short literals leave the first places of their window open.
  let before0 = i8x16.splat(-1);
  let before1 = i8x16.splat(-1);
  for (let at = from; at < to; at += STEP) {
    const text0 = v128.load(at);
    const low0 = v128.and(text0, nibble);
    const high0 = v128.and(i16x8.shr_u(text0, 4), nibble);
    const in0at0 = classed(low0, first0, high0, first1);
    const in1at0 = classed(low0, second0, high0, second1);
    const in2at0 = classed(low0, third0, high0, third1);
    const places0 = v128.and(v128.and(twoOn(before0, in0at0), oneOn(before1, in1at0)), in2at0);
    const text1 = v128.load(at + 16);
    const low1 = v128.and(text1, nibble);
    const high1 = v128.and(i16x8.shr_u(text1, 4), nibble);
    const in0at1 = classed(low1, first0, high1, first1);
    const in1at1 = classed(low1, second0, high1, second1);
    const in2at1 = classed(low1, third0, high1, third1);
    const places1 = v128.and(v128.and(twoOn(in0at0, in0at1), oneOn(in1at0, in1at1)), in2at1);
    const text2 = v128.load(at + 32);
    const low2 = v128.and(text2, nibble);
    const high2 = v128.and(i16x8.shr_u(text2, 4), nibble);
    const in0at2 = classed(low2, first0, high2, first1);
    const in1at2 = classed(low2, second0, high2, second1);
    const in2at2 = classed(low2, third0, high2, third1);
    const places2 = v128.and(v128.and(twoOn(in0at1, in0at2), oneOn(in1at1, in1at2)), in2at2);
    const text3 = v128.load(at + 48);
    const low3 = v128.and(text3, nibble);
    const high3 = v128.and(i16x8.shr_u(text3, 4), nibble);
    const in0at3 = classed(low3, first0, high3, first1);
    const in1at3 = classed(low3, second0, high3, second1);
    const in2at3 = classed(low3, third0, high3, third1);
    const places3 = v128.and(v128.and(twoOn(in0at2, in0at3), oneOn(in1at2, in1at3)), in2at3);
    before0 = in0at3;
    before1 = in1at3;
    let grams: u64 = 0;
    if (hasGrams) {
      let marks: u32 = 0;
      const start = sample;
      while (sample < at + STEP) {
        marks |= load<u8>(GRAM_MARKS + gramHash(sample));
        sample += stride;
      }
      if (marks !== 0) {
        for (let again = start; again < at + STEP; again += stride) {
          if (load<u8>(GRAM_MARKS + gramHash(again)) !== 0) grams |= (<u64>1) << <u64>(again - at);
        }
      }
    }
    const feeds = v128.or(v128.or(feedsAt(at), feedsAt(at + 16)), v128.or(feedsAt(at + 32), feedsAt(at + 48)));
    const any = v128.or(feeds, v128.or(v128.or(places0, places1), v128.or(places2, places3)));
    if (!v128.any_true(any) && grams === 0) continue;
    const none = i8x16.splat(0);
    const places = bits64(
      i8x16.ne(places0, none),
      i8x16.ne(places1, none),
      i8x16.ne(places2, none),
      i8x16.ne(places3, none),
    );
    if (!visit(at, feedBits(at), places, grams, 2)) return lineStart;
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
  const kernel = load<i32>(KERNEL);
  if (kernel === PROBED) return scanProbed(false, from, to);
  if (kernel === PROBED_FOLDED) return scanProbed(true, from, to);
  return kernel === CLASSED ? scanClassed(false, from, to) : scanClassed(true, from, to);
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
