// An event of a text object whose wanted values are known by their places. It is parsed only when it is asked for more: for a match.

import {
  earlierOf,
  earliestMillis,
  FOUND_STEP,
  InvariantError,
  JsonNumber,
  NO_NAME,
  parseDocument,
  parseMillis,
  plainMillisAt,
  type Document,
  type EventView,
  type FieldPath,
  type FieldTable,
  type FieldVisit,
  type NameVisit,
  type Scalar,
  type ValueNames,
} from '@coldhunt/core';
import type { Coordinates, Envelope, SourceEvent } from '../reading.ts';
import type { Lease } from './event-collector.ts';
import type { BulkAction } from '../sniff/bulk-action.ts';
import type { DocumentScanner, Tape } from './document-scanner.ts';
import { TextEvent, type Place } from './text-event.ts';

const QUOTE = 0x22;
const LETTER_T = 0x74;
const LETTER_F = 0x66;

/** Where an event lies, and where its values do: entries `[from, to)` of the tape. */
export interface ScannedPart {
  /** The document is `bytes[start, end)`, not copied. */
  readonly bytes: Buffer;
  readonly start: number;
  readonly end: number;
  readonly from: number;
  readonly to: number;
  /** While it lasts the bytes are the event's; null: for ever. */
  readonly lease: Lease | null;
}

/** A valid document without an envelope. Its view is itself: one object an event. */
export class ScannedEvent implements SourceEvent, EventView, ValueNames {
  readonly position: number;
  readonly isSample: boolean;
  readonly envelope: Envelope = 'none';
  readonly id: string | null;
  readonly index: string | null;
  readonly #scanner: DocumentScanner;
  readonly #bytes: Buffer;
  readonly #start: number;
  readonly #end: number;
  readonly #lease: Lease | null;
  readonly #place: Place;
  readonly #action: BulkAction | null;
  readonly #tape: Tape;
  readonly #round: number;
  readonly #from: number;
  readonly #to: number;
  #parsed: TextEvent | null = null;

  constructor(scanner: DocumentScanner, part: ScannedPart, place: Place, action: BulkAction | null) {
    this.#scanner = scanner;
    this.#bytes = part.bytes;
    this.#start = part.start;
    this.#end = part.end;
    this.#lease = part.lease;
    this.#tape = scanner.tape;
    this.#round = scanner.tape.round;
    this.#from = part.from;
    this.#to = part.to;
    this.#place = place;
    this.#action = action;
    this.position = place.offset;
    this.isSample = place.isSample;
    this.id = action?.id ?? null;
    this.index = action?.index ?? null;
  }

  get view(): EventView {
    return this;
  }

  values(path: FieldPath): readonly Scalar[] {
    const number = this.#scanner.table.numbers.get(path.name);
    const entries = this.#entries();
    if (number === undefined || entries === null) return this.#parse().view.values(path);
    const found: Scalar[] = [];
    for (let at = this.#from; at < this.#to; at += FOUND_STEP)
      if (entries[at] === number) found.push(this.#valueAt(entries, at));
    return found;
  }

  gather(table: FieldTable, visit: FieldVisit): void {
    const numbers = this.#scanner.numbers.within(table);
    const entries = this.#entries();
    if (numbers === null || entries === null) {
      this.#parse().view.gather(table, visit);
      return;
    }
    for (let at = this.#from; at < this.#to; at += FOUND_STEP) {
      const number = numbers[entries[at] as number] as number;
      if (number >= 0) visit(number, this.#valueAt(entries, at));
    }
  }

  eachPresent(table: FieldTable, visit: (number: number) => void): void {
    const numbers = this.#scanner.numbers.within(table);
    const entries = this.#entries();
    if (numbers === null || entries === null) {
      this.#parse().view.eachPresent(table, visit);
      return;
    }
    for (let at = this.#from; at < this.#to; at += FOUND_STEP) {
      const number = numbers[entries[at] as number] as number;
      if (number >= 0) visit(number);
    }
  }

  earliestMillis(path: FieldPath): number | null {
    const number = this.#scanner.table.numbers.get(path.name);
    const entries = this.#entries();
    if (number === undefined || entries === null) return earliestMillis(this.#parse().view.values(path));
    let earliest: number | null = null;
    for (let at = this.#from; at < this.#to; at += FOUND_STEP)
      if (entries[at] === number) earliest = earlierOf(earliest, this.#millisAt(entries, at));
    return earliest;
  }

  get names(): ValueNames {
    return this;
  }

  get scope(): object {
    return this.#scanner;
  }

  gatherNames(table: FieldTable, visit: NameVisit): boolean {
    const numbers = this.#scanner.numbers.within(table);
    const entries = this.#entries();
    if (numbers === null || entries === null) return false;
    for (let at = this.#from; at < this.#to; at += FOUND_STEP) {
      const number = numbers[entries[at] as number] as number;
      if (number >= 0) visit(number, entries[at + 3] as number, at);
    }
    return true;
  }

  namesOf(path: FieldPath, number: number, visit: NameVisit): boolean {
    const own = this.#scanner.table.numbers.get(path.name);
    const entries = this.#entries();
    if (own === undefined || entries === null) return false;
    for (let at = this.#from; at < this.#to; at += FOUND_STEP) {
      if (entries[at] === own) visit(number, entries[at + 3] as number, at);
    }
    return true;
  }

  /** `at`: as `gatherNames` or `namesOf` told it just now. */
  valueAt(at: number): Scalar {
    const { entries } = this.#tape;
    if ((entries[at + 3] as number) === NO_NAME) this.#scanner.ask(entries[at] as number);
    return this.#valueAt(entries, at);
  }

  objects(path: FieldPath): readonly EventView[] {
    return this.#parse().view.objects(path);
  }

  paths(): readonly string[] {
    return this.#parse().view.paths();
  }

  document(): Promise<Document> {
    return this.#parse().document();
  }

  coordinates(): Promise<Coordinates> {
    return this.#parse().coordinates();
  }

  framed(): Promise<Uint8Array> {
    return this.#parse().framed();
  }

  bytes(): Promise<Uint8Array> {
    return this.#parse().bytes();
  }

  /** null: its memory was used again, or that of the bytes. */
  #entries(): Int32Array | null {
    if (this.#lease?.isOver === true) return null;
    return this.#tape.round === this.#round ? this.#tape.entries : null;
  }

  #parse(): TextEvent {
    if (this.#parsed !== null) return this.#parsed;
    const held = this.#bytes.subarray(this.#start, this.#end);
    if (this.#lease?.isOver === true) throw new InvariantError('INVARIANT', 'an event was asked after its batch');
    const framed = this.#lease === null ? held : Buffer.from(held);
    const parsed = new TextEvent(framed, parseDocument(framed.toString('utf8')), this.#place, this.#action);
    if (parsed.envelope !== 'none') throw new InvariantError('INVARIANT', 'an envelope was scanned as an event');
    return (this.#parsed = parsed);
  }

  #millisAt(entries: Int32Array, at: number): number | null {
    const start = this.#start + (entries[at + 1] as number);
    const isText = this.#bytes[start - 1] === QUOTE;
    const plain = isText ? plainMillisAt(this.#bytes, start, this.#start + (entries[at + 2] as number)) : null;
    return plain ?? parseMillis(this.#valueAt(entries, at));
  }

  #valueAt(entries: Int32Array, at: number): Scalar {
    const name = entries[at + 3] as number;
    if (name < 0) return this.#decode(entries, at);
    const known = this.#scanner.named.get(name);
    if (known !== undefined) return known;
    const value = this.#decode(entries, at);
    this.#scanner.named.set(name, value);
    return value;
  }

  #decode(entries: Int32Array, at: number): Scalar {
    const field = entries[at] as number;
    const bytes = this.#bytes;
    const start = this.#start + (entries[at + 1] as number);
    const end = this.#start + (entries[at + 2] as number);
    if (bytes[start - 1] === QUOTE) return this.#scanner.texts.decode(field, bytes, start, end);
    if (bytes[start] === LETTER_T) return true;
    if (bytes[start] === LETTER_F) return false;
    const text = bytes.toString('latin1', start, end);
    const value = Number(text);
    return String(value) === text ? value : new JsonNumber(text);
  }
}
