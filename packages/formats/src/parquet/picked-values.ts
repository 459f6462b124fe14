// Hot path. Values that were taken out of pages, close together: a text is made when somebody looks at it.

import type { DocumentValue } from '@coldhunt/core';
import type { LeafType } from './leaf-type.ts';
import type { Dictionary } from './page-values.ts';

const NULL = -1;
/** -2, -4 … are places among the texts, -3, -5 … among the other values. */
const FIRST_TEXT = -2;
const FIRST_OTHER = -3;
const FEW_BYTES = 256;

/** Values by their number; those of one column. */
export class PickedValues {
  readonly #type: LeafType;
  #length = 0;
  /** An entry of the dictionary, or a place among the column's own values. */
  #places: Int32Array<ArrayBuffer>;
  #dictionary: Dictionary | null = null;
  // Texts one after another.
  #texts = 0;
  #ends = new Int32Array(16);
  #bytes = Buffer.alloc(FEW_BYTES);
  readonly #others: DocumentValue[] = [];

  constructor(type: LeafType, expected: number) {
    this.#type = type;
    this.#places = new Int32Array(Math.max(16, expected));
  }

  get length(): number {
    return this.#length;
  }

  at(number: number): DocumentValue {
    const place = this.#places[number] as number;
    if (place === NULL) return null;
    if (place >= 0) return (this.#dictionary as Dictionary).at(place);
    if (place % 2 !== 0) return this.#others[(FIRST_OTHER - place) / 2] as DocumentValue;
    const text = (FIRST_TEXT - place) / 2;
    return this.#type.ofBytes(this.#bytes, this.#startOf(text), this.#ends[text] as number);
  }

  addNull(): void {
    this.#add(NULL);
  }

  /** All entries of a column are of one dictionary. */
  addEntry(dictionary: Dictionary, entry: number): void {
    this.#dictionary = dictionary;
    this.#add(entry);
  }

  /** A value that is made of bytes. */
  addBytes(bytes: Buffer, from: number, to: number): void {
    const text = this.#texts;
    const start = this.#startOf(text);
    const end = start + to - from;
    if (end > this.#bytes.length) {
      const longer = Buffer.allocUnsafeSlow(Math.max(end, 2 * this.#bytes.length));
      this.#bytes.copy(longer, 0, 0, start);
      this.#bytes = longer;
    }
    if (text === this.#ends.length) this.#ends = grown(this.#ends);
    bytes.copy(this.#bytes, start, from, to);
    this.#ends[text] = end;
    this.#texts += 1;
    this.#add(FIRST_TEXT - 2 * text);
  }

  addOther(value: DocumentValue): void {
    this.#add(FIRST_OTHER - 2 * this.#others.length);
    this.#others.push(value);
  }

  /** Takes the values from a number on away again. */
  truncate(length: number): void {
    for (let number = length; number < this.#length; number += 1) {
      const place = this.#places[number] as number;
      if (place > FIRST_TEXT) continue;
      if (place % 2 === 0) this.#texts -= 1;
      else this.#others.length -= 1;
    }
    this.#length = length;
  }

  #startOf(text: number): number {
    return text === 0 ? 0 : (this.#ends[text - 1] as number);
  }

  #add(place: number): void {
    if (this.#length === this.#places.length) this.#places = grown(this.#places);
    this.#places[this.#length] = place;
    this.#length += 1;
  }
}

function grown(list: Int32Array<ArrayBuffer>): Int32Array<ArrayBuffer> {
  const longer = new Int32Array(list.length * 2);
  longer.set(list);
  return longer;
}
