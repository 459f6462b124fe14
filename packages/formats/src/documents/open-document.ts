// Hot path. One document that is being read byte by byte: where it ends, or where it shows that it was torn and the next one begins.
// Only what is certain counts as a tear; what is odd but closed is left to the parser.

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const LINE_FEED = 0x0a;
const OPEN = 0x7b;
const CLOSE = 0x7d;
const OPEN_ARRAY = 0x5b;
const CLOSE_ARRAY = 0x5d;
const COMMA = 0x2c;
const COLON = 0x3a;
const SPACE = 0x20;
const TAB = 0x09;

/** Brackets are told apart down to this depth; a deeper document is refused by the parser. */
const MAX_DEPTH = 1_024;
/** How far back the beginning of the next document is sought within the string that swallowed it. */
export const LOOK_BACK_BYTES = 16;

/** What may stand outside of strings in JSON, brackets and quotes aside. */
const IS_PLAIN = tableOf(' \t\r\n,:0123456789+-.eEtrufalsn');
/** What may stand right behind a string. */
const IS_AFTER_STRING = tableOf(' \t\r\n,:}]');

/** `on`: all of the chunk belongs to the document · `end`: it ends before `at` · `torn`: see `next`. */
export type DocumentStep = 'on' | 'end' | 'torn';

/** Where the next document begins when one is torn: at `at`, at an offset before it, or nowhere for certain. */
export type NextStart = { readonly at: 'here' | 'unknown' } | { readonly at: number; readonly isInString: boolean };

export class OpenDocument {
  readonly #resynchronises: boolean;
  readonly #kinds = new Uint8Array(MAX_DEPTH + 1);
  readonly #starts = new Float64Array(MAX_DEPTH + 1);
  /** What earlier lines of the text taught: a line that begins with a brace in column 0 begins a document. */
  #isIndented = false;
  #isFlat = false;
  #depth = 0;
  #isInString = false;
  #isEscaped = false;
  #previous = 0;
  #last = 0;
  #feeds = 0;
  #child = -1;
  #isGuessed = false;
  /** Offset of its first byte. */
  start = 0;
  /** Where the last scan stopped, within its chunk. */
  at = 0;
  error = '';
  next: NextStart = { at: 'unknown' };

  /** `resynchronises`: documents stand one after another, so that a brace in a place of its own tells of a tear. */
  constructor(resynchronises: boolean) {
    this.#resynchronises = resynchronises;
  }

  /** Begins a document whose brace is the next byte to be scanned. */
  begin(offset: number): void {
    this.start = offset;
    this.#depth = 0;
    this.#isInString = false;
    this.#isEscaped = false;
    this.#previous = 0;
    this.#last = 0;
    this.#feeds = 0;
    this.#child = -1;
    this.#isGuessed = false;
  }

  /** Begins a document whose brace (and first quote) was passed already, as part of the one before. */
  beginBehind(offset: number, isInString: boolean): void {
    this.begin(offset);
    this.#push(OPEN, offset);
    this.#previous = OPEN;
    this.#last = OPEN;
    this.#isInString = isInString;
    this.#isGuessed = true;
  }

  /** A brace that was taken for the beginning of a document, and had nothing behind it. */
  get isMistaken(): boolean {
    return this.#isGuessed && this.#last === OPEN;
  }

  /** Offset at which a whole document begins that was taken for a part of this one, and ends it so far; -1: none. */
  get child(): number {
    return this.#last === CLOSE && !this.#isInString ? this.#child : -1;
  }

  /** Reads on. `tail`: the bytes before the chunk, as many as are looked back at. */
  scan(chunk: Buffer, from: number, base: number, tail: Buffer): DocumentStep {
    const length = chunk.length;
    let previous = this.#previous;
    let last = this.#last;
    let at = from;
    while (at < length) {
      if (this.#isInString) {
        at = this.#passString(chunk, at);
        if (this.#isInString) {
          if (at === length) break;
          this.#last = last;
          const isFeed = chunk[at] === LINE_FEED;
          const next = isFeed ? this.#seekBack(chunk, at, base, tail, false) : UNKNOWN;
          return this.#tear(at, `a raw ${isFeed ? 'line feed' : 'NUL'} in a string`, next);
        }
        previous = QUOTE;
        last = QUOTE;
        continue;
      }
      const byte = chunk[at] as number;
      if (previous === QUOTE && IS_AFTER_STRING[byte] === 0) {
        this.#last = last;
        const next = this.#seekBack(chunk, at, base, tail, true);
        return this.#tear(at, unexpected(byte), next === UNKNOWN && byte === OPEN ? HERE : next);
      }
      if (byte === QUOTE) {
        this.#isInString = true;
      } else if (byte === OPEN || byte === OPEN_ARRAY) {
        if (byte === OPEN && this.#depth > 0 && !this.#mayOpen(previous, last)) {
          this.#last = last;
          return this.#tear(at, 'a document begins within it', HERE);
        }
        this.#push(byte, base + at);
      } else if (byte === CLOSE || byte === CLOSE_ARRAY) {
        const isLineStart = byte === CLOSE && previous === LINE_FEED;
        if (this.#pop(isLineStart)) {
          this.at = at + 1;
          if (this.#feeds === 0) this.#isFlat = true;
          return 'end';
        }
      } else if (IS_PLAIN[byte] === 0) {
        this.#last = last;
        return this.#tear(at, unexpected(byte), UNKNOWN);
      } else if (byte === LINE_FEED) {
        this.#feeds += 1;
      } else if (previous === LINE_FEED && (byte === SPACE || byte === TAB)) {
        this.#isIndented = true;
      }
      previous = byte;
      if (byte > SPACE) last = byte;
      at += 1;
    }
    this.#previous = previous;
    this.#last = last;
    this.at = length;
    return 'on';
  }

  /** Gives where the string ends, or the line feed or NUL that cannot stand in it. */
  #passString(chunk: Buffer, from: number): number {
    const length = chunk.length;
    let at = from;
    if (this.#isEscaped) {
      this.#isEscaped = false;
      if (chunk[at] !== LINE_FEED) at += 1;
    }
    for (; at < length; at += 1) {
      const byte = chunk[at] as number;
      if (byte > BACKSLASH) continue;
      if (byte === QUOTE) {
        this.#isInString = false;
        return at + 1;
      }
      if (byte === BACKSLASH) {
        if (at + 1 === length) this.#isEscaped = true;
        else if (chunk[at + 1] !== LINE_FEED) at += 1;
      } else if (byte === LINE_FEED || byte === 0) {
        return at;
      }
    }
    return length;
  }

  /** Whether an object may begin here, within a document. */
  #mayOpen(previous: number, last: number): boolean {
    const isInArray = this.#depth > MAX_DEPTH || this.#kinds[this.#depth] === OPEN_ARRAY;
    if (last !== COLON && last !== OPEN_ARRAY && !(last === COMMA && isInArray)) return false;
    return !this.#resynchronises || previous !== LINE_FEED || !(this.#isIndented || this.#isFlat);
  }

  #push(kind: number, offset: number): void {
    this.#depth += 1;
    if (this.#depth > MAX_DEPTH) return;
    this.#kinds[this.#depth] = kind;
    this.#starts[this.#depth] = offset;
  }

  /** Whether that closed the document. In an indented text a brace in column 0 closes a document, even where it seems to be within another. */
  #pop(isLineStart: boolean): boolean {
    const depth = this.#depth;
    this.#depth = depth - 1;
    const isChild = isLineStart && this.#isIndented && depth <= MAX_DEPTH && this.#kinds[depth] === OPEN;
    this.#child = isChild && this.#resynchronises ? (this.#starts[depth] as number) : -1;
    return this.#depth === 0;
  }

  #tear(at: number, error: string, next: NextStart): 'torn' {
    this.at = at;
    this.error = error;
    this.next = this.#resynchronises ? next : UNKNOWN;
    return 'torn';
  }

  /** The brace just before what ended a torn string: the next document begins with it. */
  #seekBack(chunk: Buffer, at: number, base: number, tail: Buffer, isQuoted: boolean): NextStart {
    for (let back = isQuoted ? 2 : 1; back <= LOOK_BACK_BYTES; back += 1) {
      const index = at - back;
      const byte = index >= 0 ? chunk[index] : tail[tail.length + index];
      if (byte === OPEN && base + index > this.start) return { at: base + index, isInString: isQuoted };
      if (byte !== SPACE && byte !== TAB && byte !== 0x0d) break;
    }
    return UNKNOWN;
  }
}

const HERE: NextStart = { at: 'here' };
const UNKNOWN: NextStart = { at: 'unknown' };

function unexpected(byte: number): string {
  return `the byte ${byte} outside of a string`;
}

function tableOf(characters: string): Uint8Array {
  const table = new Uint8Array(256);
  for (const character of characters) table[character.charCodeAt(0)] = 1;
  return table;
}
