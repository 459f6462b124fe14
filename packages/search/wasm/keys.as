// The keys of documents: which of them are wanted, and which came after which. A writer puts them in the same order again and again, so
// that the next one is guessed, and compared 16 bytes at a time.
//
// A place within an event: i32 number of the field whose values stand there (-1: none). A step: a key of one place, as told below, and
// its bytes, with the quote and the colon behind them. What came next is kept at the same distance in both.

import { KEYS_END, KEY_HASH_BITS, KEY_HEADS } from './layout';
import { endOfPlain, isSame, skipSpace } from './json';

/** The next key with the same hash. */
const CHAIN: usize = 0;
/** The place that it belongs to. */
const OWNER: usize = 4;
/** With the quote and the colon. */
const LENGTH: usize = 8;
/** What lies below; 0: nothing of it is wanted. */
const CHILD: usize = 12;
/** 0: it is not wanted. */
const ROLE: usize = 16;
/** The key that came next, and one that came there before. */
const NEXT: usize = 20;
const OTHER: usize = 24;
/** The last object in which it stood, and the last in which a longer spelling did. */
const SEEN: usize = 28;
const EXTENDED: usize = 32;
/** Keys of the same place of which it is a longer spelling: a list of u32 next, u32 step. */
const SHORTER: usize = 36;
/** The value that it had last, and when that was remembered: see values.as. */
export const LAST: usize = 40;
export const LAST_ROUND: usize = 44;
const BYTES: usize = 48;
const PLACE_BYTES: usize = 32;
/** What a comparison may read behind the bytes. */
const SLACK: usize = 16;
/** Longer keys are not learned. */
const MAX_LEARNED: usize = 64;
/** Nor are those whose hash so many others have: whoever writes an archive may choose them. */
const MAX_CHAIN = 8;

const QUOTE: u8 = 0x22;
const COLON: u8 = 0x3a;
const QUOTE_COLON: u16 = 0x3a22;

export const ROLE_FIELD: u32 = 1;
export const ROLE_ENVELOPE: u32 = 2;

let free: usize = 0;
/** The key that was read last; 0: one that is not wanted. */
let step: usize = 0;

export function clearKeys(): void {
  free = KEY_HEADS + (4 << KEY_HASH_BITS);
  memory.fill(KEY_HEADS, 0, 4 << KEY_HASH_BITS);
}

/** Zeros; 0: there is no room. */
function take(length: usize): usize {
  const taken = free;
  const end = taken + ((length + 15) & ~15);
  if (end > KEYS_END) return 0;
  free = end;
  memory.fill(taken, 0, end - taken);
  return taken;
}

/** 0: there is no room. */
export function addPlace(number: i32): usize {
  const place = take(PLACE_BYTES);
  if (place !== 0) store<i32>(place, number);
  return place;
}

@inline
export function numberAt(place: usize): i32 {
  return load<i32>(place);
}

/** A wanted key of a place, which stands at [from, to). 0: there is no room. */
export function addKey(place: usize, child: usize, role: u32, from: usize, to: usize): usize {
  const made = addStep(place, chainOf(place, from, to), from, to);
  if (made === 0) return 0;
  store<u32>(made, child, CHILD);
  store<u32>(made, role, ROLE);
  return made;
}

/** `longer` is another spelling of what may stand below `shorter`: `process.name` of `process`. False: there is no room. */
export function addShorter(longer: usize, shorter: usize): bool {
  const link = take(8);
  if (link === 0) return false;
  store<u32>(link, load<u32>(longer, SHORTER));
  store<u32>(link, shorter, 4);
  store<u32>(longer, link, SHORTER);
  return true;
}

function addStep(place: usize, chain: usize, from: usize, to: usize): usize {
  const length = to - from;
  const made = take(BYTES + length + 2 + SLACK);
  if (made === 0) return 0;
  store<u32>(made, load<u32>(chain), CHAIN);
  store<u32>(chain, made);
  store<u32>(made, place, OWNER);
  store<u32>(made, length + 2, LENGTH);
  memory.copy(made + BYTES, from, length);
  store<u16>(made + BYTES + length, QUOTE_COLON);
  return made;
}

/** Where the chain of a key begins. */
function chainOf(place: usize, from: usize, to: usize): usize {
  let hash = <u32>place;
  for (let at = from; at < to; at += 1) hash = (hash ^ <u32>load<u8>(at)) * 0x01000193;
  return KEY_HEADS + (<usize>((hash * 0x9e3779b1) >>> (32 - KEY_HASH_BITS)) << 2);
}

@inline
export function lastKey(): usize {
  return step;
}

/**
 * Reads a key of a place, which begins behind its quote at `at`, and its colon. `before`: the key before it, the place before the first
 * one, or 0. Gives where the colon ends; 0: there is none, or the key is spelled with escapes, and which one it is only the parser says.
 */
@inline
export function readKey(before: usize, place: usize, at: usize): usize {
  if (before !== 0) {
    const next: usize = load<u32>(before, NEXT);
    if (next !== 0) {
      step = next;
      const length: usize = load<u32>(next, LENGTH);
      if (isSame(next + BYTES, at, length)) return at + length;
    }
  }
  return seekKey(before, place, at);
}

function seekKey(before: usize, place: usize, from: usize): usize {
  const other: usize = before === 0 ? 0 : load<u32>(before, OTHER);
  if (other !== 0) {
    step = other;
    const length: usize = load<u32>(other, LENGTH);
    if (isSame(other + BYTES, from, length)) return from + length;
  }
  const end = endOfPlain(from);
  if (end === 0 || load<u8>(end) !== QUOTE) return 0;
  const chain = chainOf(place, from, end);
  const length = end - from;
  let found: usize = load<u32>(chain);
  let passed = 0;
  for (; found !== 0 && !isKey(found, place, from, length); passed += 1) found = load<u32>(found, CHAIN);
  if (found === 0 && length <= MAX_LEARNED && passed < MAX_CHAIN) found = addStep(place, chain, from, end);
  if (found !== 0 && before !== 0 && found !== load<u32>(before, NEXT) && found !== other) {
    store<u32>(before, load<u32>(before, NEXT), OTHER);
    store<u32>(before, found, NEXT);
  }
  step = found;
  return endOfColon(end + 1);
}

@inline
function isKey(found: usize, place: usize, from: usize, length: usize): bool {
  if (load<u32>(found, OWNER) !== <u32>place || load<u32>(found, LENGTH) !== <u32>length + 2) return false;
  return isSame(found + BYTES, from, length + 1);
}

/** Passes over a key of a place where nothing is wanted, as `readKey` does. */
@inline
export function skipKey(from: usize): usize {
  const end = endOfPlain(from);
  if (end === 0) return 0;
  if (load<u16>(end) === QUOTE_COLON) return end + 2;
  return load<u8>(end) === QUOTE ? endOfColon(end + 1) : 0;
}

function endOfColon(from: usize): usize {
  const at = skipSpace(from);
  return load<u8>(at) === COLON ? at + 1 : 0;
}

@inline
export function childOf(key: usize): usize {
  return load<u32>(key, CHILD);
}

@inline
export function roleOf(key: usize): u32 {
  return load<u32>(key, ROLE);
}

/** A key that comes twice replaces its first value; of two spellings of one field the order of the values is the parser's. */
@inline
export function isFirst(key: usize, object: u32): bool {
  if (load<u32>(key, SEEN) === object || load<u32>(key, EXTENDED) === object) return false;
  store<u32>(key, object, SEEN);
  const shorter: usize = load<u32>(key, SHORTER);
  return shorter === 0 || extend(shorter, object);
}

function extend(shorter: usize, object: u32): bool {
  for (let link = shorter; link !== 0; link = load<u32>(link)) {
    const key: usize = load<u32>(link, 4);
    if (load<u32>(key, SEEN) === object) return false;
    store<u32>(key, object, EXTENDED);
  }
  return true;
}
