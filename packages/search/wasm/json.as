// Over the texts, numbers and words of JSON, strictly. Each gives where it ends; 0: this is not plainly valid JSON.

const QUOTE: u8 = 0x22;
const BACKSLASH: u8 = 0x5c;
const SPACE: u8 = 0x20;
const MINUS: u8 = 0x2d;
const LINE_FEED: u8 = 0x0a;

/** Where the document ends: nothing of it lies from here on. */
let limit: usize = 0;
/** The document is a line of its own: a line feed is nothing within it. */
let isLine = false;

export function setLimit(end: usize, line: bool): void {
  limit = end;
  isLine = line;
}

@inline
export function limitOfDocument(): usize {
  return limit;
}

@inline
function isSpace(byte: u8): bool {
  return byte === SPACE || byte === 0x09 || byte === 0x0d || (byte === LINE_FEED && !isLine);
}

@inline
export function skipSpace(from: usize): usize {
  return load<u8>(from) <= SPACE ? skipSpaces(from) : from;
}

function skipSpaces(from: usize): usize {
  let at = from;
  while (at < limit && isSpace(load<u8>(at))) at += 1;
  return at;
}

/** The first byte from `from` on that is a quote, a backslash or a control character; 0: there is none before the limit. */
@inline
export function endOfPlain(from: usize): usize {
  let at = from;
  const quote = i8x16.splat(QUOTE);
  const backslash = i8x16.splat(BACKSLASH);
  const control = i8x16.splat(0x1f);
  while (true) {
    const text = v128.load(at);
    const ends = v128.or(
      v128.or(i8x16.eq(text, quote), i8x16.eq(text, backslash)),
      i8x16.eq(i8x16.min_u(text, control), text),
    );
    const bits = i8x16.bitmask(ends);
    if (bits !== 0) {
      at += ctz(bits);
      return at < limit ? at : 0;
    }
    at += 16;
    if (at >= limit) return 0;
  }
}

/** From within a text to its closing quote. */
@inline
export function endOfText(from: usize): usize {
  const at = endOfPlain(from);
  if (at === 0 || load<u8>(at) === QUOTE) return at;
  return endOfEscaped(at);
}

function endOfEscaped(from: usize): usize {
  let at = from;
  while (at !== 0) {
    const byte = load<u8>(at);
    if (byte === QUOTE) return at;
    if (byte !== BACKSLASH) return 0;
    const escaped = load<u8>(at, 1);
    if (isEscaped(escaped)) at += 2;
    else {
      if (escaped !== 0x75) return 0;
      for (let digit: usize = 2; digit < 6; digit += 1) if (!isHex(load<u8>(at + digit))) return 0;
      at += 6;
    }
    at = endOfPlain(at);
  }
  return 0;
}

/** One of "\/bfnrt. */
@inline
function isEscaped(byte: u8): bool {
  return (
    byte === BACKSLASH ||
    byte === QUOTE ||
    byte === 0x2f ||
    byte === 0x6e ||
    byte === 0x74 ||
    byte === 0x72 ||
    byte === 0x62 ||
    byte === 0x66
  );
}

function isHex(byte: u8): bool {
  return isDigit(byte) || ((byte | 0x20) >= 0x61 && (byte | 0x20) <= 0x66);
}

@inline
export function isDigit(byte: u8): bool {
  return byte >= 0x30 && byte <= 0x39;
}

/** A number, `true`, `false` or `null`. */
export function endOfBare(from: usize): usize {
  const first = load<u8>(from);
  if (first === MINUS || isDigit(first)) return endOfNumber(from);
  const word = load<u32>(from);
  if (word === 0x65757274 || word === 0x6c6c756e) return from + 4;
  return word === 0x736c6166 && load<u8>(from, 4) === 0x65 ? from + 5 : 0;
}

function endOfNumber(from: usize): usize {
  let at = load<u8>(from) === MINUS ? from + 1 : from;
  if (load<u8>(at) === 0x30) at += 1;
  else {
    at = endOfDigits(at);
    if (at === 0) return 0;
  }
  if (load<u8>(at) === 0x2e) {
    at = endOfDigits(at + 1);
    if (at === 0) return 0;
  }
  if ((load<u8>(at) | 0x20) === 0x65) {
    at += 1;
    if (load<u8>(at) === 0x2b || load<u8>(at) === MINUS) at += 1;
    at = endOfDigits(at);
  }
  return at;
}

/** At least one digit. */
function endOfDigits(from: usize): usize {
  let at = from;
  while (at < limit && isDigit(load<u8>(at))) at += 1;
  return at === from ? 0 : at;
}

/** Whether `length` bytes, one at least, stand at both. Up to 15 bytes behind them are read. */
@inline
export function isSame(a: usize, b: usize, length: usize): bool {
  let left = <i32>length;
  let done: usize = 0;
  for (; left > 16; left -= 16) {
    if (!i8x16.all_true(i8x16.eq(v128.load(a + done), v128.load(b + done)))) return false;
    done += 16;
  }
  return (i8x16.bitmask(i8x16.eq(v128.load(a + done), v128.load(b + done))) ^ 0xffff) << (32 - left) === 0;
}
