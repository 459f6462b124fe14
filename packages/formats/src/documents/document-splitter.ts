// Hot path. A text that is not framed by lines -> its documents, by brackets and strings alone, in bounded memory:
// `{…}{…}` and pretty-printed documents, one array, or the array within a wrapper such as `{"Records":[…]}`.
//
// state     | byte            -> next
// between   | { (at the place of a document) -> inside   white space , [ ] -> between   other -> junk
// inside    | bracket that closes the document -> between (a document)   raw line feed in a string, odd byte -> torn
// junk      | (array, wrapper) , or ] -> between   (concatenated) as torn
// torn      | (concatenated) `{` behind `}` or a line feed -> inside   (array, wrapper) nothing: brackets no longer tell

import type { Framing } from '../reading.ts';
import { WrapperScanner } from './wrapper-scanner.ts';

export interface FramedDocument {
  readonly offset: number;
  readonly bytes: Buffer;
}

export interface FramingFault {
  readonly offset: number;
  readonly code: 'LINE_MALFORMED' | 'LINE_TOO_LONG';
  readonly error: string;
}

export interface SplitterOptions {
  readonly framing: Exclude<Framing, 'parquet' | 'ndjson' | 'tagged' | 'bulk'>;
  readonly maxLineBytes: number;
}

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const LINE_FEED = 0x0a;
const OPEN = 0x7b;
const CLOSE = 0x7d;
const OPEN_ARRAY = 0x5b;
const CLOSE_ARRAY = 0x5d;
const COMMA = 0x2c;

/** What may stand outside of strings in JSON, brackets and quotes aside. */
const IS_PLAIN = new Uint8Array(256);
for (const character of ' \t\r\n,:0123456789+-.eEtrufalsn') IS_PLAIN[character.charCodeAt(0)] = 1;

export class DocumentSplitter {
  readonly #options: SplitterOptions;
  readonly #wrapper: WrapperScanner | null;
  #state: 'between' | 'inside' | 'junk' | 'torn' = 'between';
  #depth = 0;
  #isInString = false;
  #isEscaped = false;
  #start = 0;
  #pieces: Buffer[] = [];
  #carried = 0;
  #isTooLong = false;
  #openArrays = 0;
  #previous = LINE_FEED;

  constructor(options: SplitterOptions) {
    this.#options = options;
    this.#wrapper = options.framing === 'records' ? new WrapperScanner() : null;
  }

  /** The documents and faults that end in this chunk, in order. `base`: offset of its first byte. Documents may point into it. */
  push(chunk: Buffer, base: number): (FramedDocument | FramingFault)[] {
    const found: (FramedDocument | FramingFault)[] = [];
    let at = 0;
    while (at < chunk.length) {
      if (this.#state === 'inside') at = this.#readInside(chunk, at, base, found);
      else if (this.#state === 'between') at = this.#readBetween(chunk, at, base, found);
      else if (this.#state === 'junk') at = this.#passJunk(chunk, at);
      else at = this.#seekDocument(chunk, at, base);
    }
    if (this.#state === 'inside') this.#keep(chunk.subarray(Math.max(0, this.#start - base)));
    return found;
  }

  /** What is wrong with the end of the text. `offset`: its length. */
  end(offset: number): readonly FramingFault[] {
    if (this.#state === 'inside')
      return [{ offset: this.#start, code: 'LINE_MALFORMED', error: 'the document has no end' }];
    if (this.#state !== 'between') return [];
    if (this.#openArrays > 0) return [fault(offset, 'the array has no end')];
    const error = this.#wrapper?.end() ?? null;
    return error === null ? [] : [fault(offset, error)];
  }

  #readInside(chunk: Buffer, from: number, base: number, found: (FramedDocument | FramingFault)[]): number {
    let at = from;
    const length = chunk.length;
    while (at < length) {
      if (this.#isInString) {
        if (this.#isEscaped) {
          this.#isEscaped = false;
          at += 1;
        }
        for (; at < length; at += 1) {
          const byte = chunk[at];
          if (byte === QUOTE) {
            this.#isInString = false;
            break;
          }
          if (byte === BACKSLASH) {
            at += 1;
            if (at === length) this.#isEscaped = true;
          } else if (byte === LINE_FEED) {
            return this.#tear(at, base, found, 'a raw line feed in a string');
          }
        }
        at += 1;
        continue;
      }
      const byte = chunk[at] as number;
      at += 1;
      if (byte === QUOTE) {
        this.#isInString = true;
      } else if (byte === OPEN || byte === OPEN_ARRAY) {
        this.#depth += 1;
      } else if (byte === CLOSE || byte === CLOSE_ARRAY) {
        this.#depth -= 1;
        if (this.#depth === 0) {
          this.#finish(chunk, at, base, found);
          return at;
        }
      } else if (IS_PLAIN[byte] === 0) {
        return this.#tear(at - 1, base, found, `the byte ${byte} outside of a string`);
      }
    }
    return length;
  }

  #readBetween(chunk: Buffer, at: number, base: number, found: (FramedDocument | FramingFault)[]): number {
    const byte = chunk[at] as number;
    if (this.#wrapper !== null) {
      const step = this.#wrapper.accept(byte);
      if (step === 'document') this.#begin(base + at);
      else if (step === 'junk') this.#beginJunk(base + at, byte, found, 'an entry that is no object');
      else if (step === 'torn') this.#tearAt(base + at, found, 'the wrapper is no JSON');
      else if (step === 'bare') found.push(fault(base + at, 'a document without an array of records'));
      return step === 'document' || step === 'torn' || step === 'junk' ? at : at + 1;
    }
    if (byte === OPEN) {
      this.#begin(base + at);
      return at;
    }
    if (byte <= 0x20 || byte === COMMA || isMark(byte, base + at)) return at + 1;
    if (this.#options.framing === 'array' && byte === OPEN_ARRAY) {
      this.#openArrays += 1;
      return at + 1;
    }
    if (this.#options.framing === 'array' && byte === CLOSE_ARRAY && this.#openArrays > 0) {
      this.#openArrays -= 1;
      return at + 1;
    }
    if (this.#options.framing === 'array' && this.#openArrays > 0) {
      this.#beginJunk(base + at, byte, found, 'an entry that is no object');
      return at;
    }
    this.#tearAt(base + at, found, 'text between the documents');
    return at;
  }

  /** Passes over an entry that is no document, up to the comma or bracket behind it. */
  #passJunk(chunk: Buffer, from: number): number {
    for (let at = from; at < chunk.length; at += 1) {
      const byte = chunk[at];
      if (this.#isInString) {
        if (this.#isEscaped) this.#isEscaped = false;
        else if (byte === BACKSLASH) this.#isEscaped = true;
        else if (byte === QUOTE) this.#isInString = false;
      } else if (byte === QUOTE) {
        this.#isInString = true;
      } else if (byte === COMMA || byte === CLOSE_ARRAY) {
        this.#state = 'between';
        return at;
      }
    }
    return chunk.length;
  }

  /** After damage: where the next document begins for certain. */
  #seekDocument(chunk: Buffer, from: number, base: number): number {
    if (this.#options.framing !== 'concatenated') return chunk.length;
    for (let at = from; at < chunk.length; at += 1) {
      const byte = chunk[at] as number;
      const isStart = byte === OPEN && (this.#previous === CLOSE || this.#previous === LINE_FEED);
      this.#previous = byte;
      if (!isStart) continue;
      this.#begin(base + at);
      return at;
    }
    return chunk.length;
  }

  #begin(offset: number): void {
    this.#state = 'inside';
    this.#start = offset;
    this.#depth = 0;
    this.#isInString = false;
    this.#isEscaped = false;
    this.#pieces = [];
    this.#carried = 0;
    this.#isTooLong = false;
  }

  #beginJunk(offset: number, byte: number, found: (FramedDocument | FramingFault)[], error: string): void {
    found.push(fault(offset, error));
    this.#state = byte === CLOSE ? 'torn' : 'junk';
    this.#isInString = false;
    this.#isEscaped = false;
  }

  #tear(at: number, base: number, found: (FramedDocument | FramingFault)[], error: string): number {
    this.#tearAt(this.#start, found, error);
    this.#previous = 0;
    return at;
  }

  #tearAt(offset: number, found: (FramedDocument | FramingFault)[], error: string): void {
    found.push(fault(offset, error));
    this.#state = 'torn';
    this.#pieces = [];
    this.#previous = 0;
  }

  #finish(chunk: Buffer, end: number, base: number, found: (FramedDocument | FramingFault)[]): void {
    this.#state = 'between';
    const length = base + end - this.#start;
    if (this.#isTooLong || length > this.#options.maxLineBytes) {
      const error = `longer than ${this.#options.maxLineBytes} bytes`;
      found.push({ offset: this.#start, code: 'LINE_TOO_LONG', error });
      return;
    }
    const tail = chunk.subarray(Math.max(0, this.#start - base), end);
    const bytes = this.#pieces.length === 0 ? tail : Buffer.concat([...this.#pieces, tail]);
    this.#pieces = [];
    found.push({ offset: this.#start, bytes });
  }

  #keep(piece: Buffer): void {
    this.#carried += piece.length;
    if (this.#carried > this.#options.maxLineBytes) {
      this.#isTooLong = true;
      this.#pieces = [];
    } else if (!this.#isTooLong) {
      this.#pieces.push(Buffer.from(piece));
    }
  }
}

function fault(offset: number, error: string): FramingFault {
  return { offset, code: 'LINE_MALFORMED', error };
}

/** A byte of the mark at the start of a UTF-8 text. */
function isMark(byte: number, offset: number): boolean {
  return offset < 3 && (byte === 0xef || byte === 0xbb || byte === 0xbf);
}
