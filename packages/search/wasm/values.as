// The values that were found, each with a name: a number that equal values of a field share, so that whoever asks needs no text of what
// was seen before. Names are never given twice; what has one may lose it, and gets another.
//
// A remembered value: u32 next with the same hash, u32 hash, u32 length, u32 field and kind, u32 name, its bytes from 32 on, for a text
// with its quote.

import { FOUND, FOUND_LIMIT, NAMED_FIELDS, NAMING, VALUES_END, VALUE_HASH_BITS, VALUE_HEADS } from './layout';
import { endOfText, isSame } from './json';
import { LAST, LAST_ROUND } from './keys';

const CHAIN: usize = 0;
const HASH: usize = 4;
const LENGTH: usize = 8;
const KIND: usize = 12;
const NAME: usize = 16;
const BYTES: usize = 32;
const SLACK: usize = 16;
const FOUND_BYTES: usize = 16;
/** Longer values are seldom seen again. */
const MAX_BYTES: usize = 112;
const NO_NAME: i32 = -1;
/** So many values that have the same hash are remembered: whoever writes an archive may choose them. */
const MAX_CHAIN = 16;
/** Then values are named no more. */
const LAST_NAME: i32 = 0x7ffffff0;
/** How much more often than found a field's names are made until its values are named no more. */
const MAX_LOSS: i32 = 5000;

/** Of a field, in i32: names are not asked for. What it has gained otherwise, and one more. */
const NOT_ASKED: i32 = 0;
const ASKED: i32 = 100000;

let count: usize = 0;
/** The document has more values than can be listed. */
let isFull = false;
let free: usize = 0;
let names: i32 = 0;
/** Since when values are remembered. */
let round: u32 = 0;

export function clearValues(): void {
  memory.fill(NAMING, 0, NAMED_FIELDS * 4);
  forget();
}

/** From now on the field's values are named. */
export function nameValues(field: i32): void {
  if (field < NAMED_FIELDS && load<i32>(NAMING + (<usize>field << 2)) === NOT_ASKED) {
    store<i32>(NAMING + (<usize>field << 2), ASKED);
  }
}

function forget(): void {
  round += 1;
  free = VALUE_HEADS + (4 << VALUE_HASH_BITS);
  memory.fill(VALUE_HEADS, 0, 4 << VALUE_HASH_BITS);
}

export function beginFound(): void {
  count = 0;
  isFull = false;
}

@inline
export function hasTooMany(): bool {
  return isFull;
}

@inline
export function foundCount(): i32 {
  return <i32>count;
}

/** False: there is no room. */
@inline
function add(document: usize, field: i32, start: usize, end: usize, name: i32): bool {
  if (count === FOUND_LIMIT) {
    isFull = true;
    return false;
  }
  const at = FOUND + count * FOUND_BYTES;
  store<i32>(at, field);
  store<i32>(at, <i32>(start - document), 4);
  store<i32>(at, <i32>(end - document), 8);
  store<i32>(at, name, 12);
  count += 1;
  return true;
}

/** Notes the text of a key that begins behind its quote at `start`; gives where it ends, with the quote; 0: it is not plain. */
@inline
export function noteText(document: usize, key: usize, field: i32, start: usize): usize {
  const last: usize = load<u32>(key, LAST);
  if (last !== 0 && load<u32>(key, LAST_ROUND) === round && load<u32>(last, KIND) === <u32>field << 1) {
    const length: usize = load<u32>(last, LENGTH);
    if (isSame(last + BYTES, start, length)) {
      const end = start + length;
      gain(field);
      return add(document, field, start, end - 1, load<i32>(last, NAME)) ? end : 0;
    }
  }
  return noteOtherText(document, key, field, start);
}

function noteOtherText(document: usize, key: usize, field: i32, start: usize): usize {
  const end = endOfText(start);
  if (end === 0) return 0;
  let name = NO_NAME;
  if (isNamed(field) && end - start <= MAX_BYTES) {
    const value = remember(<u32>field << 1, field, start, end + 1);
    if (value !== 0) {
      name = load<i32>(value, NAME);
      store<u32>(key, value, LAST);
      store<u32>(key, round, LAST_ROUND);
    }
  }
  return add(document, field, start, end, name) ? end + 1 : 0;
}

/** Notes a number or a word. False: there is no room. */
export function noteBare(document: usize, field: i32, start: usize, end: usize): bool {
  let name = NO_NAME;
  if (isNamed(field) && end - start <= MAX_BYTES) {
    const value = remember((<u32>field << 1) | 1, field, start, end);
    if (value !== 0) name = load<i32>(value, NAME);
  }
  return add(document, field, start, end, name);
}

@inline
function isNamed(field: i32): bool {
  return field < NAMED_FIELDS && load<i32>(NAMING + (<usize>field << 2)) > ASKED - MAX_LOSS;
}

@inline
function gain(field: i32): void {
  const at = NAMING + (<usize>field << 2);
  const gained = load<i32>(at);
  if (gained < ASKED + MAX_LOSS) store<i32>(at, gained + 1);
}

/** The remembered value that stands at [start, end); 0: it gets no name. */
function remember(kind: u32, field: i32, start: usize, end: usize): usize {
  const length = end - start;
  const hash = hashOf(kind, start, length);
  const head = VALUE_HEADS + (<usize>(hash >>> (32 - VALUE_HASH_BITS)) << 2);
  let passed = 0;
  for (let value: usize = load<u32>(head); value !== 0; value = load<u32>(value)) {
    if (load<u32>(value, HASH) === hash && load<u32>(value, LENGTH) === <u32>length && load<u32>(value, KIND) === kind) {
      if (isSame(value + BYTES, start, length)) {
        gain(field);
        return value;
      }
    }
    passed += 1;
  }
  const at = NAMING + (<usize>field << 2);
  store<i32>(at, load<i32>(at) - 1);
  if (names === LAST_NAME || passed >= MAX_CHAIN) return 0;
  const bytes = (BYTES + length + SLACK + 15) & ~15;
  if (free + bytes > VALUES_END) forget();
  const made = free;
  free += bytes;
  store<u32>(made, load<u32>(head), CHAIN);
  store<u32>(made, hash, HASH);
  store<u32>(made, length, LENGTH);
  store<u32>(made, kind, KIND);
  store<i32>(made, names, NAME);
  memory.copy(made + BYTES, start, length);
  store<u32>(head, made);
  names += 1;
  return made;
}

/** Of all bytes, eight at a time; behind them up to seven are read. */
function hashOf(kind: u32, start: usize, length: usize): u32 {
  let hash: u64 = (<u64>kind << 32) | <u64>length;
  let at = start;
  let left = length;
  for (; left > 8; left -= 8) {
    hash = (hash ^ load<u64>(at)) * 0x9e3779b97f4a7c15;
    hash ^= hash >>> 29;
    at += 8;
  }
  hash = (hash ^ (load<u64>(at) << (<u64>(8 - left) << 3))) * 0x9e3779b97f4a7c15;
  return <u32>((hash ^ (hash >>> 31)) >>> 16);
}
