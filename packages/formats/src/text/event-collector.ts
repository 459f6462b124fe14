// Hot path. Framed documents -> events and counts. What does not parse is counted, and tried once more as documents without separator.

import { AppError, parseDocument, sha256Hex } from '@coldhunt/core';
import type { ReadCounts, SourceEvent } from '../reading.ts';
import type { BulkAction } from '../sniff/bulk-action.ts';
import { measureDocument } from '../sniff/measure-document.ts';
import type { DocumentScanner } from './document-scanner.ts';
import { isPadding, markLength } from './line-bytes.ts';
import { ScannedEvent } from './scanned-event.ts';
import { TextEvent, type Place } from './text-event.ts';

const MAX_SAMPLES = 10;
const MAX_ERROR_LENGTH = 200;
const OPEN_BRACE = 0x7b;
const CLOSE_BRACE = 0x7d;
const NUL_BRACE = '\0{';
/** Places of a line from which a document is sought in vain: a hostile line would take its length squared. */
const MAX_OPENINGS = 64;
/** Documents that a line may hold: their events are all in memory at once. */
const MAX_LINE_DOCUMENTS = 100_000;
const NOT_BRACED = 'not braced';

type ParseFailure = AppError | typeof NOT_BRACED;

export interface FramedBytes {
  readonly bytes: Buffer;
  /** The document is `bytes[start, end)`, with the white space that its line has. */
  readonly start: number;
  readonly end: number;
  /** Offset of `bytes[0]` in the (decompressed) object. */
  readonly base: number;
  readonly isSample: boolean;
  /** Line number from 1, or 0 when it is not known. Asked only for samples of malformed lines. */
  readonly line: () => number;
  readonly action: BulkAction | null;
}

/** Lines of a block. */
export interface Lines {
  /** Where they end. */
  readonly to: number;
  /** Offset of the block in the (decompressed) object. */
  readonly base: number;
  readonly maxBytes: number;
}

export interface CollectorOptions {
  readonly coordinate: Place['coordinate'];
  /** Finds the fields that will be asked for; null: every document is parsed. */
  readonly scanner: DocumentScanner | null;
  /**
   * What becomes of the bytes: `kept`, they stay; `copied`, they will be overwritten, so that events keep a copy of theirs; `lent`, they are
   * overwritten when the lease ends, and with it the events end.
   */
  readonly memory: 'kept' | 'copied' | 'lent';
}

/** Whether the bytes of some events are still theirs. */
export interface Lease {
  isOver: boolean;
}

export class EventCollector {
  readonly #counts: ReadCounts;
  readonly #coordinate: Place['coordinate'];
  readonly #memory: CollectorOptions['memory'];
  #lease: Lease = { isOver: false };
  readonly #scanner: DocumentScanner | null;
  #events: SourceEvent[] = [];
  /** Documents of the line that were tried so far. */
  #tried = 0;

  constructor(counts: ReadCounts, { coordinate, scanner, memory }: CollectorOptions) {
    this.#counts = counts;
    this.#coordinate = coordinate;
    this.#memory = memory;
    this.#scanner = scanner;
  }

  get size(): number {
    return this.#events.length;
  }

  /** The events so far, and begins anew. */
  take(): readonly SourceEvent[] {
    const events = this.#events;
    this.#events = [];
    this.#scanner?.renew();
    return events;
  }

  /** The events that were taken are no longer asked: lent bytes are their own no more. */
  endLease(): void {
    this.#lease.isOver = true;
    this.#lease = { isOver: false };
  }

  /** Counts a line that the filter ruled out. */
  searched(count: number): void {
    this.#counts.lines.read += count;
    this.#counts.lines.searched += count;
  }

  blank(count: number): void {
    this.#counts.lines.read += count;
    this.#counts.lines.blank += count;
  }

  /** `bytes`: the line, where it is held. */
  malformed(offset: number, line: () => number, code: string, error: string, bytes: Uint8Array | null = null): void {
    const { lines, malformedSamples: samples, watchedLines: watched } = this.#counts;
    lines.read += 1;
    lines.malformed += 1;
    const isSample = samples.length < MAX_SAMPLES;
    const sha256 = bytes !== null && (isSample || watched.size > 0) ? sha256Hex(bytes) : null;
    const met = sha256 === null ? undefined : watched.get(sha256);
    if (sha256 !== null && met !== undefined) watched.set(sha256, met + 1);
    if (!isSample) return;
    const hashed = sha256 === null ? {} : { sha256 };
    samples.push({ line: line(), offset, code, error: error.slice(0, MAX_ERROR_LENGTH), ...hashed });
  }

  /**
   * Parses a document that stands alone: one event, or one malformed line, or several events without separator. NULs, which a crash leaves
   * before the next write, are no part of it: it begins behind them, and what stands before them within the line is a piece of its own.
   */
  parse(framed: FramedBytes): void {
    const { bytes } = framed;
    let { start, end } = framed;
    start += markLength(bytes, start);
    if (end > start && bytes[end - 1] === 0x0d) end -= 1;
    const [first, last] = trim(bytes, start, end);
    if (first === last && end > start) {
      const held = bytes.subarray(start, end);
      this.malformed(framed.base + start, framed.line, 'LINE_MALFORMED', 'holds NUL bytes and nothing else', held);
      return;
    }
    start = first - countBack(bytes, first, start);
    end = last + countOn(bytes, last, end);
    this.#tried = 0;
    const failure = isBraced(bytes, first, last) ? this.#tryParse(framed, start, end) : NOT_BRACED;
    if (failure === null) return;
    const line = bytes.subarray(first, last);
    let from = 0;
    for (let nul = line.indexOf(NUL_BRACE); nul !== -1; nul = line.indexOf(NUL_BRACE, from)) {
      if (this.#tried >= MAX_LINE_DOCUMENTS) break;
      this.#parsePiece(framed, first + from, first + nul, null);
      from = nul + 1;
    }
    this.#parsePiece(framed, first + from, last, from === 0 ? failure : null);
  }

  /** Parses a part of a line. `failure`: why it is no document, where that was tried. */
  #parsePiece(framed: FramedBytes, from: number, to: number, failure: ParseFailure | null): void {
    const { bytes, base } = framed;
    const [first, last] = trim(bytes, from, to);
    const known = failure ?? (isBraced(bytes, first, last) ? this.#tryParse(framed, first, last) : NOT_BRACED);
    if (known === null) return;
    if (known === NOT_BRACED) {
      const what = bytes[first] === OPEN_BRACE ? 'does not end with a brace' : 'does not begin with a brace';
      this.malformed(base + first, framed.line, 'LINE_MALFORMED', what, bytes.subarray(first, last));
    } else if (known.code === 'LINE_MALFORMED' && isFollowed(bytes, first, last)) {
      this.#parseApart(framed, first, last, known);
    } else {
      this.malformed(base + first, framed.line, known.code, known.message, bytes.subarray(first, last));
    }
  }

  /** `{…}{…}`: each document that parses is an event, each run of anything else one malformed line. */
  #parseApart(framed: FramedBytes, from: number, to: number, failure: AppError): void {
    const { bytes, base } = framed;
    let openings = 0;
    let at = from;
    while (at < to) {
      if (this.#tried >= MAX_LINE_DOCUMENTS) {
        const message = `more than ${MAX_LINE_DOCUMENTS} documents on one line`;
        this.malformed(base + at, framed.line, 'LINE_TOO_LONG', message);
        return;
      }
      const end = bytes[at] === OPEN_BRACE && openings < MAX_OPENINGS ? measureDocument(bytes, at, to) : -1;
      if (end !== -1) {
        const inner = this.#tryParse(framed, at, end);
        if (inner !== null) {
          this.malformed(base + at, framed.line, inner.code, inner.message, bytes.subarray(at, end));
        }
        at = end;
      } else {
        openings += 1;
        const next = bytes.subarray(at, to).indexOf('}{') + 1;
        const until = next === 0 || openings > MAX_OPENINGS ? to : at + next;
        this.malformed(base + at, framed.line, failure.code, failure.message, bytes.subarray(at, until));
        at = until;
      }
      while (at < to && (isPadding(bytes[at] as number) || bytes[at] === 0x2c)) at += 1;
    }
  }

  /**
   * Takes the document that begins at `start` when it is plainly all of its line, and no longer than `maxBytes`.
   * Gives where the line ends, its carriage return aside; -1: the line must be read by its end.
   */
  takeLine(bytes: Buffer, start: number, { to, base, maxBytes }: Lines): number {
    const scanner = this.#scanner;
    if (scanner === null || bytes[start] !== OPEN_BRACE || this.#memory === 'copied') return -1;
    const from = scanner.length;
    const end = scanner.scanLine(bytes, start, to);
    if (end === -1 || end + 1 - start > maxBytes) return -1;
    const lease = this.#memory === 'lent' ? this.#lease : null;
    const place = { coordinate: this.#coordinate, offset: base + start, isSample: false };
    const event = new ScannedEvent(scanner, { bytes, start, end, from, to: scanner.length, lease }, place, null);
    this.#keep(event);
    return end;
  }

  #keep(event: SourceEvent): void {
    const { lines, envelopes } = this.#counts;
    this.#events.push(event);
    lines.read += 1;
    lines.parsed += 1;
    envelopes[event.envelope] = (envelopes[event.envelope] ?? 0) + 1;
  }

  #tryParse(framed: FramedBytes, start: number, end: number): AppError | null {
    this.#tried += 1;
    try {
      this.#keep(this.#toEvent(framed, start, end));
      return null;
    } catch (error) {
      if (error instanceof AppError) return error;
      throw error;
    }
  }

  /** Throws InputError LINE_MALFORMED and LINE_TOO_DEEP. */
  #toEvent({ bytes, base, isSample, action }: FramedBytes, start: number, end: number): SourceEvent {
    const place: Place = { coordinate: this.#coordinate, offset: base + start, isSample };
    const scanner = this.#scanner;
    const from = scanner?.length ?? 0;
    // The event of an update lies within its document.
    if (scanner !== null && action?.action !== 'update' && scanner.scan(bytes, start, end)) {
      const to = scanner.length;
      const lease = this.#memory === 'lent' ? this.#lease : null;
      if (this.#memory !== 'copied')
        return new ScannedEvent(scanner, { bytes, start, end, from, to, lease }, place, action);
      const copy = Buffer.from(bytes.subarray(start, end));
      return new ScannedEvent(scanner, { bytes: copy, start: 0, end: copy.length, from, to, lease }, place, action);
    }
    const document = parseDocument(bytes.toString('utf8', start, end));
    const framed = bytes.subarray(start, end);
    return new TextEvent(this.#memory === 'kept' ? framed : Buffer.from(framed), document, place, action);
  }
}

/** Without the white space and the NULs around; where there is nothing else, nothing at `start`. */
function trim(bytes: Buffer, start: number, end: number): readonly [number, number] {
  let first = start;
  let last = end;
  while (first < last && isPadding(bytes[first] as number)) first += 1;
  if (first === last) return [start, start];
  while (last > first && isPadding(bytes[last - 1] as number)) last -= 1;
  return [first, last];
}

/** How much white space stands just before `at`: it belongs to the document, NULs do not. */
function countBack(bytes: Buffer, at: number, from: number): number {
  let count = 0;
  while (at - count > from && bytes[at - count - 1] !== 0) count += 1;
  return count;
}

function countOn(bytes: Buffer, at: number, to: number): number {
  let count = 0;
  while (at + count < to && bytes[at + count] !== 0) count += 1;
  return count;
}

function isBraced(bytes: Buffer, first: number, last: number): boolean {
  return last - first >= 2 && bytes[first] === OPEN_BRACE && bytes[last - 1] === CLOSE_BRACE;
}

/** Whether a document ends by its brackets before the end of the line. */
function isFollowed(bytes: Buffer, first: number, last: number): boolean {
  const end = measureDocument(bytes, first, last);
  return end !== -1 && end < last;
}
