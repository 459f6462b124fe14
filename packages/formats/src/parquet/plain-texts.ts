// Hot path. Texts that stand in a page one after another, each behind its length: found by walking, remembered every so many values.

import type { DocumentValue } from '@coldhunt/core';
import { corrupt } from './corrupt.ts';
import type { LeafType } from './leaf-type.ts';
import type { PageValues } from './page-values.ts';
import type { PickedValues } from './picked-values.ts';

const STRIDE = 64;

export class PlainTexts implements PageValues {
  readonly length: number;
  readonly bytes: Buffer;
  readonly #type: LeafType;
  /** Where every STRIDE-th value's length stands, as far as values were walked over. */
  readonly #strides: Int32Array;
  #known = 1;
  // The value last found, and where its length stands.
  #index = 0;
  #at: number;

  constructor(type: LeafType, bytes: Buffer, from: number, count: number) {
    this.length = count;
    this.bytes = bytes;
    this.#type = type;
    this.#strides = new Int32Array(Math.floor(count / STRIDE) + 1);
    this.#strides[0] = from;
    this.#at = from;
  }

  /** Throws PARQUET_CORRUPT where the bytes end before the value does. */
  at(index: number): DocumentValue {
    this.#goTo(index);
    return this.#type.ofBytes(this.bytes, this.#at + 4, this.#endAt(this.#at));
  }

  pick(index: number, picked: PickedValues): void {
    this.#goTo(index);
    picked.addBytes(this.bytes, this.#at + 4, this.#endAt(this.#at));
  }

  /** The last value that begins at or before a byte, or -1. */
  indexAtByte(byte: number): number {
    if (byte < (this.#strides[0] as number) + 4) return -1;
    let low = 0;
    let high = this.#known;
    while (high - low > 1) {
      const middle = (low + high) >>> 1;
      if ((this.#strides[middle] as number) + 4 <= byte) low = middle;
      else high = middle;
    }
    if (this.#at + 4 > byte || low * STRIDE > this.#index) this.#jump(low);
    while (this.#index + 1 < this.length) {
      const next = this.#endAt(this.#at);
      if (next + 4 > byte) break;
      this.#step(next);
    }
    return this.#index;
  }

  endOf(index: number): number {
    this.#goTo(index);
    return this.#endAt(this.#at);
  }

  #goTo(index: number): void {
    const stride = Math.min(Math.floor(index / STRIDE), this.#known - 1);
    if (index < this.#index || stride * STRIDE > this.#index) this.#jump(stride);
    while (this.#index < index) this.#step(this.#endAt(this.#at));
  }

  #jump(stride: number): void {
    this.#index = stride * STRIDE;
    this.#at = this.#strides[stride] as number;
  }

  #step(next: number): void {
    this.#index += 1;
    this.#at = next;
    if (this.#index % STRIDE === 0 && this.#index / STRIDE === this.#known) {
      this.#strides[this.#known] = next;
      this.#known += 1;
    }
  }

  #endAt(at: number): number {
    const { bytes } = this;
    const start = at + 4;
    if (start > bytes.length) throw corrupt('a page ends within a value');
    const length =
      (bytes[at] as number) |
      ((bytes[at + 1] as number) << 8) |
      ((bytes[at + 2] as number) << 16) |
      ((bytes[at + 3] as number) << 24);
    const end = start + length;
    if (length < 0 || end > bytes.length) throw corrupt('a page ends within a value');
    return end;
  }
}
