// Hot path. One pass over the bytes of a JSON document that notes where the wanted values stand. It is strict: whatever is not plainly
// valid, and whatever could make a difference to what the full parser gives, is left to that one.

import {
  childOf,
  clearKeys,
  isFirst,
  lastKey,
  numberAt,
  readKey,
  roleOf,
  skipKey,
  ROLE_ENVELOPE,
  ROLE_FIELD,
} from './keys';
import { DOCUMENT_BYTES } from './layout';
import { endOfBare, endOfText, isDigit, limitOfDocument, setLimit, skipSpace } from './json';
import { beginFound, clearValues, foundCount, hasTooMany, noteBare, noteText } from './values';

/** Deeper documents are for the full parser. */
const MAX_DEPTH: i32 = 60;

const QUOTE: u8 = 0x22;
const COMMA: u8 = 0x2c;
const OPEN_BRACE: u8 = 0x7b;
const CLOSE_BRACE: u8 = 0x7d;
const OPEN_BRACKET: u8 = 0x5b;
const CLOSE_BRACKET: u8 = 0x5d;
const LETTER_N: u8 = 0x6e;
const LINE_FEED: u8 = 0x0a;
const CARRIAGE_RETURN: u8 = 0x0d;

let document: usize = 0;
let objects: u32 = 0;

/** Forgets all keys and values of documents. */
export function clearFinder(): void {
  clearKeys();
  clearValues();
}

/** Notes the values of the document [from, to) below the place `root`, and gives how many; -1: it must be parsed; -2: they are too many. */
export function findValues(root: usize, from: usize, to: usize): i32 {
  const end = readDocument(root, from, to, false);
  if (end === 0) return hasTooMany() ? -2 : -1;
  return skipSpace(end) < to ? -1 : foundCount();
}

/**
 * The same of a document that begins at `from` and is all of its line, which ends before `to` or there. Stores where the document ends; -1:
 * where the line ends is not known, or it must be parsed.
 */
export function findValuesOfLine(root: usize, from: usize, to: usize): i32 {
  const end = readDocument(root, from, to, true);
  if (end === 0) return -1;
  if (end < to && load<u8>(end) !== LINE_FEED) {
    if (load<u8>(end) !== CARRIAGE_RETURN || end + 1 === to || load<u8>(end, 1) !== LINE_FEED) return -1;
  }
  store<i32>(DOCUMENT_BYTES, <i32>(end - from));
  return foundCount();
}

function readDocument(root: usize, from: usize, to: usize, isLine: bool): usize {
  document = from;
  setLimit(to, isLine);
  beginFound();
  const begin = isLine ? from : skipSpace(from);
  if (begin >= to || load<u8>(begin) !== OPEN_BRACE) return 0;
  const end = readObject(root, begin + 1, 1);
  return end > to ? 0 : end;
}

function readObject(place: usize, from: usize, depth: i32): usize {
  objects += 1;
  const object = objects;
  const limit = limitOfDocument();
  let at = skipSpace(from);
  if (load<u8>(at) === CLOSE_BRACE) return at + 1;
  let before = place;
  while (true) {
    if (at >= limit || load<u8>(at) !== QUOTE) return 0;
    let key: usize = 0;
    let child: usize = 0;
    if (place === 0) at = skipKey(at + 1);
    else {
      at = readKey(before, place, at + 1);
      key = lastKey();
      before = key;
      if (at !== 0 && key !== 0 && roleOf(key) !== 0) {
        if (!isFirst(key, object)) return 0;
        child = childOf(key);
      }
    }
    if (at === 0) return 0;
    at = skipSpace(at);
    if (key !== 0 && roleOf(key) > ROLE_FIELD && mayWrap(key, at)) return 0;
    at = readValue(key, child, at, depth);
    if (at === 0) return 0;
    at = skipSpace(at);
    const behind = load<u8>(at);
    if (behind === CLOSE_BRACE) return at + 1;
    if (behind !== COMMA) return 0;
    at = skipSpace(at + 1);
  }
}

@inline
function readValue(key: usize, place: usize, at: usize, depth: i32): usize {
  const first = load<u8>(at);
  const number = place === 0 ? -1 : numberAt(place);
  if (first === QUOTE) {
    if (number >= 0) return noteText(document, key, number, at + 1);
    const end = endOfText(at + 1);
    return end === 0 ? 0 : end + 1;
  }
  if (first === OPEN_BRACE) return depth >= MAX_DEPTH ? 0 : readObject(place, at + 1, depth + 1);
  if (first === OPEN_BRACKET) return depth >= MAX_DEPTH ? 0 : readArray(key, place, at + 1, depth + 1);
  const end = endOfBare(at);
  if (number >= 0 && end !== 0 && first !== LETTER_N && !noteBare(document, number, at, end)) return 0;
  return end;
}

function readArray(key: usize, place: usize, from: usize, depth: i32): usize {
  const limit = limitOfDocument();
  let at = skipSpace(from);
  if (load<u8>(at) === CLOSE_BRACKET) return at + 1;
  while (true) {
    if (at >= limit) return 0;
    at = readValue(key, place, at, depth);
    if (at === 0) return 0;
    at = skipSpace(at);
    const behind = load<u8>(at);
    if (behind === CLOSE_BRACKET) return at + 1;
    if (behind !== COMMA) return 0;
    at = skipSpace(at + 1);
  }
}

/** Whether a value of an outermost key may hold the event. A text that begins with a letter is no document. */
function mayWrap(key: usize, at: usize): bool {
  if (roleOf(key) === ROLE_ENVELOPE) return true;
  if (load<u8>(at) !== QUOTE) return false;
  const second = load<u8>(at, 1);
  const isLetter = ((second | 0x20) >= 0x61 && (second | 0x20) <= 0x7a) || isDigit(second);
  return !isLetter && second !== QUOTE;
}
