// Hot path. Framed documents -> events and counts. What does not parse is counted, and tried once more as documents without separator.

import { AppError, parseDocument } from '@coldhunt/core';
import type { ReadCounts, SourceEvent } from '../reading.ts';
import type { BulkAction } from '../sniff/bulk-action.ts';
import { measureDocument } from '../sniff/measure-document.ts';
import { TextEvent, type Place } from './text-event.ts';

const MAX_SAMPLES = 10;
const MAX_ERROR_LENGTH = 200;
const OPEN_BRACE = 0x7b;
const CLOSE_BRACE = 0x7d;

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

export class EventCollector {
  readonly #counts: ReadCounts;
  readonly #coordinate: Place['coordinate'];
  readonly #isMemoryLent: boolean;
  #events: SourceEvent[] = [];

  /** `isMemoryLent`: the bytes will be overwritten, so that events keep a copy of theirs. */
  constructor(counts: ReadCounts, coordinate: Place['coordinate'], isMemoryLent = false) {
    this.#counts = counts;
    this.#coordinate = coordinate;
    this.#isMemoryLent = isMemoryLent;
  }

  get size(): number {
    return this.#events.length;
  }

  /** The events so far, and begins anew. */
  take(): readonly SourceEvent[] {
    const events = this.#events;
    this.#events = [];
    return events;
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

  malformed(offset: number, line: () => number, code: string, error: string): void {
    this.#counts.lines.read += 1;
    this.#counts.lines.malformed += 1;
    const samples = this.#counts.malformedSamples;
    if (samples.length >= MAX_SAMPLES) return;
    samples.push({ line: line(), offset, code, error: error.slice(0, MAX_ERROR_LENGTH) });
  }

  /** Parses a document that stands alone: one event, or one malformed line, or several events without separator. */
  parse(framed: FramedBytes): void {
    const { bytes, base } = framed;
    let { start, end } = framed;
    if (bytes[start] === 0xef && bytes[start + 1] === 0xbb && bytes[start + 2] === 0xbf) start += 3;
    if (end > start && bytes[end - 1] === 0x0d) end -= 1;
    const [first, last] = trim(bytes, start, end);
    if (last - first < 2 || bytes[first] !== OPEN_BRACE || bytes[last - 1] !== CLOSE_BRACE) {
      const what = bytes[first] === OPEN_BRACE ? 'does not end with a brace' : 'does not begin with a brace';
      this.malformed(base + first, framed.line, 'LINE_MALFORMED', what);
      return;
    }
    const failure = this.#tryParse(framed, start, end);
    if (failure === null) return;
    if (failure.code === 'LINE_MALFORMED' && measureDocument(bytes, first, last) !== -1) {
      this.#parseApart(framed, first, last, failure);
    } else {
      this.malformed(base + first, framed.line, failure.code, failure.message);
    }
  }

  /** `{…}{…}`: each document that parses is an event, each run of anything else one malformed line. */
  #parseApart(framed: FramedBytes, from: number, to: number, failure: AppError): void {
    const { bytes, base } = framed;
    let at = from;
    while (at < to) {
      const end = bytes[at] === OPEN_BRACE ? measureDocument(bytes, at, to) : -1;
      if (end !== -1) {
        const inner = this.#tryParse(framed, at, end);
        if (inner !== null) this.malformed(base + at, framed.line, inner.code, inner.message);
        at = end;
      } else {
        const next = bytes.indexOf('}{', at) + 1;
        this.malformed(base + at, framed.line, failure.code, failure.message);
        at = next === 0 || next >= to ? to : next;
      }
      while (at < to && (isSpace(bytes[at] as number) || bytes[at] === 0x2c)) at += 1;
    }
  }

  #tryParse(framed: FramedBytes, start: number, end: number): AppError | null {
    const { bytes, base, isSample, action } = framed;
    try {
      const document = parseDocument(bytes.toString('utf8', start, end));
      const place: Place = { coordinate: this.#coordinate, offset: base + start, isSample };
      const framedBytes = bytes.subarray(start, end);
      const event = new TextEvent(this.#isMemoryLent ? Buffer.from(framedBytes) : framedBytes, document, place, action);
      this.#events.push(event);
      this.#counts.lines.read += 1;
      this.#counts.lines.parsed += 1;
      this.#counts.envelopes[event.envelope] = (this.#counts.envelopes[event.envelope] ?? 0) + 1;
      return null;
    } catch (error) {
      if (error instanceof AppError) return error;
      throw error;
    }
  }
}

function trim(bytes: Buffer, start: number, end: number): readonly [number, number] {
  let first = start;
  let last = end;
  while (first < last && isSpace(bytes[first] as number)) first += 1;
  while (last > first && isSpace(bytes[last - 1] as number)) last -= 1;
  return [first, last];
}

function isSpace(byte: number): boolean {
  return byte === 0x20 || (byte >= 0x09 && byte <= 0x0d);
}
