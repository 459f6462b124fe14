// One event of a text object. Its bytes are looked at again only when it matches: for evidence and for `match`.

import { sha256Hex, stringifyDocument, viewDocument, type Document, type EventView } from '@coldhunt/core';
import type { Coordinates, Envelope, SourceEvent } from '../reading.ts';
import type { BulkAction } from '../sniff/bulk-action.ts';
import { unwrapEnvelope } from './unwrap-envelope.ts';

const LINE_FEED = 0x0a;

/** Where a framed document lies. */
export interface Place {
  readonly coordinate: 'raw' | 'decompressed';
  readonly offset: number;
  readonly isSample: boolean;
}

export class TextEvent implements SourceEvent {
  readonly view: EventView;
  readonly position: number;
  readonly isSample: boolean;
  readonly envelope: Envelope;
  readonly id: string | null;
  readonly index: string | null;
  readonly #document: Document;
  readonly #framed: Uint8Array;
  readonly #innerText: string | null;
  readonly #isUnwrapped: boolean;
  readonly #coordinate: Place['coordinate'];

  /** `framed`: the document's bytes, not copied. */
  constructor(framed: Uint8Array, outer: Document, place: Place, action: BulkAction | null) {
    const unwrapped = unwrapEnvelope(updatedDocument(outer, action));
    this.#document = unwrapped.document;
    this.#framed = framed;
    this.#innerText = unwrapped.text;
    this.#isUnwrapped = unwrapped.document !== outer;
    this.#coordinate = place.coordinate;
    this.view = viewDocument(unwrapped.document);
    this.position = place.offset;
    this.isSample = place.isSample;
    this.envelope = unwrapped.envelope;
    this.id = unwrapped.id ?? action?.id ?? null;
    this.index = unwrapped.index ?? action?.index ?? null;
  }

  async document(): Promise<Document> {
    return this.#document;
  }

  async coordinates(): Promise<Coordinates> {
    return {
      coordinate: this.#coordinate,
      offset: this.position,
      length: this.#framed.length,
      sha256: sha256Hex(this.#framed),
    };
  }

  async framed(): Promise<Uint8Array> {
    return this.#framed;
  }

  async bytes(): Promise<Uint8Array> {
    if (!this.#isUnwrapped && !this.#framed.includes(LINE_FEED)) return this.#framed;
    const isOneLine = this.#innerText !== null && !/[\r\n]/.test(this.#innerText);
    return Buffer.from(isOneLine ? (this.#innerText as string) : stringifyDocument(this.#document));
  }
}

/** The document line of an `update` holds the event under `doc` or `upsert`. */
function updatedDocument(outer: Document, action: BulkAction | null): Document {
  if (action?.action !== 'update') return outer;
  for (const key of ['doc', 'upsert']) {
    const held = Object.hasOwn(outer, key) ? outer[key] : undefined;
    if (held !== null && typeof held === 'object' && !Array.isArray(held)) return held as Document;
  }
  return outer;
}
