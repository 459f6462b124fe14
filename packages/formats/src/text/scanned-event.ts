// An event of a text object whose wanted values are known by their places. It is parsed only when it is asked for more: for a match.

import {
  InvariantError,
  JsonNumber,
  parseDocument,
  type Document,
  type EventView,
  type FieldPath,
  type FieldTable,
  type FieldVisit,
  type Scalar,
} from '@coldhunt/core';
import type { Coordinates, Envelope, SourceEvent } from '../reading.ts';
import type { BulkAction } from '../sniff/bulk-action.ts';
import { TAPE_STEP, type DocumentScanner } from './document-scanner.ts';
import { TextEvent, type Place } from './text-event.ts';

const QUOTE = 0x22;
const LETTER_T = 0x74;
const LETTER_F = 0x66;

/** Where an event's values stand: entries `[from, to)` of the tape. */
export interface TapePart {
  readonly tape: Int32Array;
  readonly from: number;
  readonly to: number;
}

/** A valid document without an envelope. Its view is itself: one object an event. */
export class ScannedEvent implements SourceEvent, EventView {
  readonly position: number;
  readonly isSample: boolean;
  readonly envelope: Envelope = 'none';
  readonly id: string | null;
  readonly index: string | null;
  readonly #scanner: DocumentScanner;
  readonly #framed: Buffer;
  readonly #place: Place;
  readonly #action: BulkAction | null;
  readonly #tape: Int32Array;
  readonly #from: number;
  readonly #to: number;
  #parsed: TextEvent | null = null;

  /** `framed`: the document's bytes, not copied. */
  constructor(
    framed: Buffer,
    { tape, from, to }: TapePart,
    scanner: DocumentScanner,
    place: Place,
    action: BulkAction | null,
  ) {
    this.#framed = framed;
    this.#tape = tape;
    this.#from = from;
    this.#to = to;
    this.#scanner = scanner;
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
    if (number === undefined) return this.#parse().view.values(path);
    const found: Scalar[] = [];
    const tape = this.#tape;
    for (let at = this.#from; at < this.#to; at += TAPE_STEP) if (tape[at] === number) found.push(this.#valueAt(at));
    return found;
  }

  gather(table: FieldTable, visit: FieldVisit): void {
    const numbers = this.#scanner.numbers.within(table);
    if (numbers === null) {
      this.#parse().view.gather(table, visit);
      return;
    }
    const tape = this.#tape;
    for (let at = this.#from; at < this.#to; at += TAPE_STEP) {
      const number = numbers[tape[at] as number] as number;
      if (number >= 0) visit(number, this.#valueAt(at));
    }
  }

  eachPresent(table: FieldTable, visit: (number: number) => void): void {
    const numbers = this.#scanner.numbers.within(table);
    if (numbers === null) {
      this.#parse().view.eachPresent(table, visit);
      return;
    }
    const tape = this.#tape;
    for (let at = this.#from; at < this.#to; at += TAPE_STEP) {
      const number = numbers[tape[at] as number] as number;
      if (number >= 0) visit(number);
    }
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

  #parse(): TextEvent {
    if (this.#parsed !== null) return this.#parsed;
    const document = parseDocument(this.#framed.toString('utf8'));
    const parsed = new TextEvent(this.#framed, document, this.#place, this.#action);
    if (parsed.envelope !== 'none') throw new InvariantError('INVARIANT', 'an envelope was scanned as an event');
    return (this.#parsed = parsed);
  }

  #valueAt(at: number): Scalar {
    const framed = this.#framed;
    const start = this.#tape[at + 1] as number;
    const end = this.#tape[at + 2] as number;
    if (framed[start - 1] === QUOTE) return this.#scanner.texts.decode(this.#tape[at] as number, framed, start, end);
    if (framed[start] === LETTER_T) return true;
    if (framed[start] === LETTER_F) return false;
    const text = framed.toString('latin1', start, end);
    const value = Number(text);
    return String(value) === text ? value : new JsonNumber(text);
  }
}
