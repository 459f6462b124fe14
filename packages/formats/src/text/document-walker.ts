// Hot path. One pass over the bytes of a JSON document that notes where the wanted values stand, without making objects or texts. It is
// strict: whatever is not plainly valid, and whatever could make a difference to what the full parser gives, is left to that one. The
// finder in WebAssembly (packages/search) is the same, several times as fast.

import { FOUND_STEP, NOT_FOUND, NOT_PLAIN, NO_NAME, type ValueFinder, type WantedPlace } from '@coldhunt/core';
import { createScanTable, hashKey, type KeyStep, type ScanKey, type ScanNode } from './scan-table.ts';
import { isDigit, MINUS, skipNumber, skipWord } from './skip-scalar.ts';

/** Deeper documents are for the full parser. */
const MAX_DEPTH = 60;

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COMMA = 0x2c;
const COLON = 0x3a;
const OPEN_BRACE = 0x7b;
const CLOSE_BRACE = 0x7d;
const OPEN_BRACKET = 0x5b;
const CLOSE_BRACKET = 0x5d;
const SPACE = 0x20;
const LAST_OBJECT = 2 ** 30;
const FIRST_FOUND = 1_024;

/** Bytes at which the inside of a text is no longer plain: its end, an escape, a control character. */
const ENDS_TEXT = Uint8Array.from({ length: 256 }, (_, byte) =>
  byte < SPACE || byte === QUOTE || byte === BACKSLASH ? 1 : 0,
);
const IS_ESCAPED = Uint8Array.from({ length: 256 }, (_, byte) =>
  '"\\/bfnrt'.includes(String.fromCharCode(byte)) ? 1 : 0,
);
const IS_HEX = Uint8Array.from({ length: 256 }, (_, byte) => (/[\da-f]/i.test(String.fromCharCode(byte)) ? 1 : 0));
/** Keys that are remembered with what comes after them. */
const MAX_STEPS = 20_000;
const MAX_STEP_BYTES = 64;

/** Gives values no names. */
export class DocumentWalker implements ValueFinder {
  readonly documentBytes = 0;
  found = new Int32Array(FIRST_FOUND);
  readonly #root: ScanNode;
  #length = 0;
  #bytes: Uint8Array = new Uint8Array(0);
  #base = 0;
  #objects = 0;
  #steps = 0;

  constructor(root: WantedPlace) {
    this.#root = createScanTable(root);
  }

  find(bytes: Uint8Array, start: number, end: number): number {
    if (this.#objects > LAST_OBJECT) return NOT_PLAIN;
    this.#length = 0;
    this.#bytes = bytes;
    this.#base = start;
    let at = this.#skipSpace(start);
    at = bytes[at] === OPEN_BRACE ? this.#object(this.#root, at + 1, 1) : NOT_PLAIN;
    // Behind `end` there may be more white space, or a text that ran on: then the document ends too late.
    if (at === NOT_PLAIN || at > end || this.#skipSpace(at) < end) return NOT_PLAIN;
    return this.#length / FOUND_STEP;
  }

  findLine(): number {
    return NOT_FOUND;
  }

  name(): void {
    // Texts that came before are known by their bytes: text-cache.ts.
  }

  #object(node: ScanNode | null, from: number, depth: number): number {
    const bytes = this.#bytes;
    const object = (this.#objects += 1);
    let at = (bytes[from] as number) <= SPACE ? this.#skipSpace(from) : from;
    if (bytes[at] === CLOSE_BRACE) return at + 1;
    let step = node === null ? null : node.begin;
    for (;;) {
      if (bytes[at] !== QUOTE) return NOT_PLAIN;
      at += 1;
      let key: ScanKey | null = null;
      if (step === null) {
        while (ENDS_TEXT[bytes[at] as number] === 0) at += 1;
        // A key may be spelled with escapes: which one it is only the parser says.
        if (bytes[at] !== QUOTE) return NOT_PLAIN;
        at += 1;
      } else {
        step = this.#step(step, node as ScanNode, at);
        if (step === null) return NOT_PLAIN;
        at += step.bytes.length;
        ({ key } = step);
        if (key !== null && !isFirst(key, object)) return NOT_PLAIN;
      }
      if (bytes[at] !== COLON) {
        at = this.#skipSpace(at);
        if (bytes[at] !== COLON) return NOT_PLAIN;
      }
      at += 1;
      if ((bytes[at] as number) <= SPACE) at = this.#skipSpace(at);
      if (key !== null && key.role !== 'field' && mayWrap(key, bytes, at)) return NOT_PLAIN;
      at = this.#value(key === null ? null : key.node, at, depth);
      if (at === NOT_PLAIN) return NOT_PLAIN;
      if ((bytes[at] as number) <= SPACE) at = this.#skipSpace(at);
      if (bytes[at] === CLOSE_BRACE) return at + 1;
      if (bytes[at] !== COMMA) return NOT_PLAIN;
      at += 1;
      if ((bytes[at] as number) <= SPACE) at = this.#skipSpace(at);
    }
  }

  /** The key at `start`, where it ends included; null: it is spelled with escapes, or is none. */
  #step(before: KeyStep, node: ScanNode, start: number): KeyStep | null {
    const bytes = this.#bytes;
    const { next, other } = before;
    if (next !== null && standsAt(next.bytes, bytes, start)) return next;
    if (other !== null && standsAt(other.bytes, bytes, start)) return other;
    let end = start;
    while (ENDS_TEXT[bytes[end] as number] === 0) end += 1;
    if (bytes[end] !== QUOTE) return null;
    const key = findKey(bytes, start, end, node);
    const step: KeyStep = { bytes: Uint8Array.from(bytes.subarray(start, end + 1)), key, next: null, other: null };
    // An archive of ever new keys is not learned: every step costs memory.
    if (this.#steps < MAX_STEPS && step.bytes.length <= MAX_STEP_BYTES) {
      this.#steps += 1;
      before.other = next;
      before.next = step;
    }
    return step;
  }

  #array(node: ScanNode | null, from: number, depth: number): number {
    const bytes = this.#bytes;
    let at = (bytes[from] as number) <= SPACE ? this.#skipSpace(from) : from;
    if (bytes[at] === CLOSE_BRACKET) return at + 1;
    for (;;) {
      at = this.#value(node, at, depth);
      if (at === NOT_PLAIN) return NOT_PLAIN;
      if ((bytes[at] as number) <= SPACE) at = this.#skipSpace(at);
      if (bytes[at] === CLOSE_BRACKET) return at + 1;
      if (bytes[at] !== COMMA) return NOT_PLAIN;
      at += 1;
      if ((bytes[at] as number) <= SPACE) at = this.#skipSpace(at);
    }
  }

  #value(node: ScanNode | null, at: number, depth: number): number {
    const bytes = this.#bytes;
    const first = bytes[at] as number;
    const number = node === null ? -1 : node.number;
    if (first === QUOTE) {
      let end = at + 1;
      while (ENDS_TEXT[bytes[end] as number] === 0) end += 1;
      if (bytes[end] !== QUOTE) end = this.#skipEscapes(end);
      if (end === NOT_PLAIN) return NOT_PLAIN;
      if (number >= 0) this.#note(number, at + 1, end);
      return end + 1;
    }
    if (first === OPEN_BRACE) return depth >= MAX_DEPTH ? NOT_PLAIN : this.#object(node, at + 1, depth + 1);
    if (first === OPEN_BRACKET) return depth >= MAX_DEPTH ? NOT_PLAIN : this.#array(node, at + 1, depth + 1);
    const end = first === MINUS || isDigit(first) ? skipNumber(bytes, at) : skipWord(bytes, at);
    if (number >= 0 && end !== NOT_PLAIN && first !== 0x6e) this.#note(number, at, end);
    return end;
  }

  #note(number: number, start: number, end: number): void {
    const length = this.#length;
    if (length === this.found.length) {
      const longer = new Int32Array(length * 2);
      longer.set(this.found);
      this.found = longer;
    }
    const { found } = this;
    found[length] = number;
    found[length + 1] = start - this.#base;
    found[length + 2] = end - this.#base;
    found[length + 3] = NO_NAME;
    this.#length = length + FOUND_STEP;
  }

  /** From within a text to its closing quote. */
  #skipEscapes(from: number): number {
    const bytes = this.#bytes;
    let at = from;
    while (bytes[at] === BACKSLASH) {
      const escaped = bytes[at + 1] as number;
      if (IS_ESCAPED[escaped] === 1) {
        at += 2;
      } else {
        if (escaped !== 0x75) return NOT_PLAIN;
        for (let digit = 2; digit < 6; digit += 1) if (IS_HEX[bytes[at + digit] as number] !== 1) return NOT_PLAIN;
        at += 6;
      }
      while (ENDS_TEXT[bytes[at] as number] === 0) at += 1;
    }
    return bytes[at] === QUOTE ? at : NOT_PLAIN;
  }

  #skipSpace(from: number): number {
    const bytes = this.#bytes;
    let at = from;
    while (bytes[at] === SPACE || bytes[at] === 0x09 || bytes[at] === 0x0a || bytes[at] === 0x0d) at += 1;
    return at;
  }
}

function standsAt(wanted: Uint8Array, bytes: Uint8Array, start: number): boolean {
  const { length } = wanted;
  for (let at = 0; at < length; at += 1) if (wanted[at] !== bytes[start + at]) return false;
  return true;
}

function findKey(bytes: Uint8Array, start: number, end: number, node: ScanNode): ScanKey | null {
  const { keys } = node;
  let key = keys[hashKey(bytes, start, end) & (keys.length - 1)] ?? null;
  while (key !== null) {
    const wanted = key.bytes;
    if (wanted.length === end - start) {
      let at = 0;
      while (at < wanted.length && wanted[at] === bytes[start + at]) at += 1;
      if (at === wanted.length) return key;
    }
    key = key.next;
  }
  return null;
}

/** A key that comes twice replaces its first value; of two spellings of one field the order of the values is the parser's. */
function isFirst(key: ScanKey, object: number): boolean {
  if (key.seenIn === object || key.extendedIn === object) return false;
  key.seenIn = object;
  const { shorter } = key;
  for (let index = 0; index < shorter.length; index += 1) {
    const other = shorter[index] as ScanKey;
    if (other.seenIn === object) return false;
    other.extendedIn = object;
  }
  return true;
}

/** Whether a value of an outermost key may hold the event. A text that begins with a letter is no document. */
function mayWrap({ role }: ScanKey, bytes: Uint8Array, at: number): boolean {
  if (role === 'envelope') return true;
  const second = bytes[at + 1] as number;
  const isLetter = (second >= 0x41 && second <= 0x5a) || (second >= 0x61 && second <= 0x7a) || isDigit(second);
  return bytes[at] === QUOTE && !isLetter && second !== QUOTE;
}
