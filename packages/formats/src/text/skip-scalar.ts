// Hot path. Over the numbers and words of JSON, byte by byte and strictly. What is not plainly valid ends at NOT_PLAIN.

import { NOT_PLAIN } from '@coldhunt/core';

export const MINUS = 0x2d;

const FALSE = Buffer.from('false');
const TRUE = Buffer.from('true');
const NULL = Buffer.from('null');

/** Whether a byte is a digit of ASCII. */
export function isDigit(byte: number): boolean {
  return byte >= 0x30 && byte <= 0x39;
}

/** Gives where a number of JSON ends, or NOT_PLAIN. */
export function skipNumber(bytes: Uint8Array, from: number): number {
  let at = bytes[from] === MINUS ? from + 1 : from;
  if (bytes[at] === 0x30) at += 1;
  else {
    const start = at;
    at = skipDigits(bytes, at);
    if (at === start) return NOT_PLAIN;
  }
  if (bytes[at] === 0x2e) {
    const start = at + 1;
    at = skipDigits(bytes, start);
    if (at === start) return NOT_PLAIN;
  }
  if (bytes[at] === 0x65 || bytes[at] === 0x45) {
    at += 1;
    if (bytes[at] === 0x2b || bytes[at] === MINUS) at += 1;
    const start = at;
    at = skipDigits(bytes, start);
    if (at === start) return NOT_PLAIN;
  }
  return at;
}

function skipDigits(bytes: Uint8Array, from: number): number {
  let at = from;
  while (isDigit(bytes[at] as number)) at += 1;
  return at;
}

/** Gives where `true`, `false` or `null` ends, or NOT_PLAIN. */
export function skipWord(bytes: Uint8Array, from: number): number {
  const first = bytes[from];
  const word = first === 0x66 ? FALSE : first === 0x74 ? TRUE : NULL;
  for (let at = 0; at < word.length; at += 1) if (bytes[from + at] !== word[at]) return NOT_PLAIN;
  return from + word.length;
}
