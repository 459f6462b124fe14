// A text that is not framed by lines -> its documents, by brackets and strings alone, in bounded memory:
// `{…}{…}` and pretty-printed documents, one array, or the array within a wrapper such as `{"Records":[…]}`.
//
// state     | byte            -> next
// between   | { (at the place of a document) -> inside   white space , [ ] -> between   other -> junk, torn
// inside    | bracket that closes the document -> between (a document)   what no document goes on with -> inside (the next), torn
// junk      | (array, wrapper) , or ] -> between
// torn      | (concatenated) `{` behind `}`, a NUL or a line feed -> inside   (array, wrapper) nothing: brackets no longer tell

import type { Framing } from '../reading.ts';
import { HeldBytes } from './held-bytes.ts';
import { LOOK_BACK_BYTES, OpenDocument } from './open-document.ts';
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

type Found = (FramedDocument | FramingFault)[];

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const LINE_FEED = 0x0a;
const OPEN = 0x7b;
const CLOSE = 0x7d;
const OPEN_ARRAY = 0x5b;
const CLOSE_ARRAY = 0x5d;
const COMMA = 0x2c;
const NOTHING = Buffer.alloc(0);

export class DocumentSplitter {
  readonly #options: SplitterOptions;
  readonly #wrapper: WrapperScanner | null;
  readonly #document: OpenDocument;
  readonly #held: HeldBytes;
  #state: 'between' | 'inside' | 'junk' | 'torn' = 'between';
  /** The last bytes before the chunk. */
  #tail: Buffer = NOTHING;
  #tornFrom = 0;
  #isInString = false;
  #isEscaped = false;
  #openArrays = 0;
  #hasCommas = false;
  #previous = LINE_FEED;
  #lostFrom: number | null = null;

  constructor(options: SplitterOptions) {
    this.#options = options;
    this.#wrapper = options.framing === 'records' ? new WrapperScanner() : null;
    this.#document = new OpenDocument(options.framing === 'concatenated');
    this.#held = new HeldBytes(options.maxLineBytes);
  }

  /** Offset from which on documents may have been passed over whose number is not known; null: none. Final after `end`. */
  get lostFrom(): number | null {
    return this.#lostFrom;
  }

  /** Nothing more can be found. */
  get isOver(): boolean {
    return this.#state === 'torn' && this.#lostFrom !== null && this.#options.framing !== 'concatenated';
  }

  /** The documents and faults that end in this chunk, in order. `base`: offset of its first byte. Documents may point into it. */
  push(chunk: Buffer, base: number): Found {
    const found: Found = [];
    let at = 0;
    while (at < chunk.length) {
      if (this.#state === 'inside') at = this.#readInside(chunk, at, base, found);
      else if (this.#state === 'between') at = this.#readBetween(chunk, at, base, found);
      else if (this.#state === 'junk') at = this.#passJunk(chunk, at, base);
      else at = this.#seekDocument(chunk, at, base);
    }
    if (this.#state === 'inside') this.#held.add(chunk.subarray(Math.max(0, this.#document.start - base)));
    this.#tail = Buffer.concat([this.#tail, chunk.subarray(-LOOK_BACK_BYTES)]).subarray(-LOOK_BACK_BYTES);
    return found;
  }

  /** What the end of the text leaves. `offset`: its length. */
  end(offset: number): Found {
    const found: Found = [];
    const { start } = this.#document;
    if (this.#state === 'inside') {
      if (!this.#document.isMistaken) found.push(fault(start, 'the document has no end'));
      if (this.#document.child !== -1) this.#giveChild(NOTHING, offset, found);
      else this.#checkLoss(start, offset, this.#options.framing !== 'concatenated');
    } else if (this.#state === 'torn') {
      this.#checkLoss(this.#tornFrom, offset, false);
    } else if (this.#state === 'between') {
      const error = this.#openArrays > 0 ? 'the array has no end' : (this.#wrapper?.end() ?? null);
      if (error !== null) found.push(fault(offset, error));
    }
    return found;
  }

  #readInside(chunk: Buffer, from: number, base: number, found: Found): number {
    const document = this.#document;
    const { start } = document;
    const step = document.scan(chunk, from, base, this.#tail);
    if (step === 'end') this.#finish(start, chunk.subarray(Math.max(0, start - base), document.at), found);
    if (step !== 'torn') return document.at;
    if (!document.isMistaken) found.push(fault(start, document.error));
    const { next } = document;
    this.#checkLoss(start, base + document.at, false);
    if (next.at === 'unknown') {
      this.#tearFrom(start);
    } else if (next.at === 'here') {
      if (document.child !== -1)
        this.#giveChild(chunk.subarray(Math.max(0, start - base), document.at), base + document.at, found);
      this.#begin(base + document.at);
    } else if ('isInString' in next) {
      document.beginBehind(next.at, next.isInString);
      this.#held.clear();
      if (next.at < base) this.#held.add(this.#tail.subarray(next.at - base));
    }
    return document.at;
  }

  #readBetween(chunk: Buffer, at: number, base: number, found: Found): number {
    const byte = chunk[at] as number;
    if (this.#wrapper !== null) {
      const step = this.#wrapper.accept(byte);
      if (step === 'document') this.#begin(base + at);
      else if (step === 'junk') this.#beginJunk(base + at, byte, found);
      else if (step === 'torn') this.#tearBetween(base + at, found, 'the wrapper is no JSON');
      else if (step === 'bare') found.push(fault(base + at, 'a document without an array of records'));
      return step === 'document' || step === 'torn' || step === 'junk' ? at : at + 1;
    }
    if (byte === OPEN) {
      this.#begin(base + at);
      return at;
    }
    if (byte === COMMA) this.#hasCommas = true;
    if (byte <= 0x20 || byte === COMMA || isMark(byte, base + at)) return at + 1;
    if (this.#options.framing === 'array' && byte === OPEN_ARRAY) {
      this.#openArrays += 1;
      return at + 1;
    }
    if (this.#options.framing === 'array' && byte === CLOSE_ARRAY && this.#openArrays > 0) {
      this.#openArrays -= 1;
      return at + 1;
    }
    if (this.#options.framing === 'array' && this.#openArrays > 0) this.#beginJunk(base + at, byte, found);
    else this.#tearBetween(base + at, found, 'text between the documents');
    return at;
  }

  /** Passes over an entry that is no document, up to the comma or bracket behind it. A brace in it may be that of a document. */
  #passJunk(chunk: Buffer, from: number, base: number): number {
    for (let at = from; at < chunk.length; at += 1) {
      const byte = chunk[at];
      if (byte === OPEN) this.#lostFrom ??= base + at;
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
    if (this.#options.framing !== 'concatenated') {
      if (this.#lostFrom === null && chunk.includes(OPEN, from)) this.#lostFrom = this.#tornFrom;
      return chunk.length;
    }
    for (let at = from; at < chunk.length; at += 1) {
      const byte = chunk[at] as number;
      const isStart =
        byte === OPEN && (this.#previous === CLOSE || this.#previous === LINE_FEED || this.#previous === 0);
      if (!(this.#previous === CLOSE && byte === 0x20)) this.#previous = byte;
      if (!isStart) continue;
      this.#checkLoss(this.#tornFrom, base + at, false);
      this.#begin(base + at);
      return at;
    }
    return chunk.length;
  }

  #begin(offset: number): void {
    this.#state = 'inside';
    this.#document.begin(offset);
    this.#held.clear();
  }

  #beginJunk(offset: number, byte: number, found: Found): void {
    found.push(fault(offset, 'an entry that is no object'));
    this.#isInString = false;
    this.#isEscaped = false;
    if (byte === CLOSE) this.#tearFrom(offset);
    else this.#state = 'junk';
  }

  #tearBetween(offset: number, found: Found, error: string): void {
    found.push(fault(offset, error));
    this.#tearFrom(offset);
  }

  #tearFrom(offset: number): void {
    this.#state = 'torn';
    this.#tornFrom = offset;
    this.#held.clear();
    this.#previous = QUOTE;
  }

  /** A stretch that was torn is one document, unless it is longer than any, or nothing in it could have told of the next one. */
  #checkLoss(from: number, to: number, isBlind: boolean): void {
    if (isBlind || this.#hasCommas || to - from > this.#options.maxLineBytes) this.#lostFrom ??= from;
  }

  #finish(start: number, tail: Buffer, found: Found): void {
    this.#state = 'between';
    const bytes = this.#held.with(tail);
    this.#held.clear();
    if (bytes === null) found.push(tooLong(start, this.#options.maxLineBytes));
    else found.push({ offset: start, bytes });
  }

  /** Gives the whole document at the end of a torn one. `tail`: what of the torn one is not held. */
  #giveChild(tail: Buffer, end: number, found: Found): void {
    const { start, child } = this.#document;
    const bytes = this.#held.with(tail);
    if (bytes === null) found.push(tooLong(child, this.#options.maxLineBytes));
    else found.push({ offset: child, bytes: trimEnd(bytes.subarray(child - start, end - start)) });
  }
}

function fault(offset: number, error: string): FramingFault {
  return { offset, code: 'LINE_MALFORMED', error };
}

function tooLong(offset: number, limit: number): FramingFault {
  return { offset, code: 'LINE_TOO_LONG', error: `longer than ${limit} bytes` };
}

/** Without what stands behind the closing brace. */
function trimEnd(bytes: Buffer): Buffer {
  return bytes.subarray(0, bytes.lastIndexOf(CLOSE) + 1);
}

/** A byte of the mark at the start of a UTF-8 text. */
function isMark(byte: number, offset: number): boolean {
  return offset < 3 && (byte === 0xef || byte === 0xbb || byte === 0xbf);
}
