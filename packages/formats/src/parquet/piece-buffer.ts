// Pieces of bytes that arrive -> the bytes that are asked for next, in memory of their own.

import { corrupt } from './corrupt.ts';

const LEAST_BYTES = 64 * 1024;
const GROWTH_BYTES = 1024 * 1024;

export class PieceBuffer {
  readonly #pieces: AsyncIterator<Uint8Array>;
  /** Bytes that can still come, at most: no more is made room for. */
  #coming: number;
  #rest: Uint8Array = new Uint8Array();
  #bytes: Buffer = Buffer.allocUnsafeSlow(0);
  #length = 0;
  #isEnded = false;

  /** `length`: of all pieces together. */
  constructor(pieces: AsyncIterable<Uint8Array>, length: number) {
    this.#pieces = pieces[Symbol.asyncIterator]();
    this.#coming = length;
  }

  /** The next bytes, without taking them: fewer at the end. */
  async peek(length: number): Promise<Buffer> {
    await this.#fill(length);
    return this.#bytes.subarray(0, Math.min(length, this.#length));
  }

  /** Takes the next bytes; nobody else has their memory. Throws PARQUET_CORRUPT where they end before. */
  async take(length: number): Promise<Buffer> {
    await this.#fill(length);
    if (this.#length < length) throw corrupt(`a page ends after ${this.#length} of ${length} bytes`);
    const taken = this.#bytes.subarray(0, length);
    const left = this.#bytes.subarray(length, this.#length);
    this.#bytes = Buffer.allocUnsafeSlow(
      Math.max(left.length, Math.min(taken.length + LEAST_BYTES, left.length + this.#coming)),
    );
    left.copy(this.#bytes);
    this.#length = left.length;
    return taken;
  }

  /** Reads to the end, for what the pieces say then. */
  async finish(): Promise<void> {
    while (!this.#isEnded) await this.#nextPiece();
  }

  async close(): Promise<void> {
    this.#isEnded = true;
    this.#bytes = Buffer.allocUnsafeSlow(0);
    this.#rest = new Uint8Array();
    await this.#pieces.return?.();
  }

  async #fill(length: number): Promise<void> {
    while (this.#length < length) {
      if (this.#rest.length === 0 && !(await this.#nextPiece())) return;
      this.#makeRoom(length);
      const part = this.#rest.subarray(0, this.#bytes.length - this.#length);
      this.#bytes.set(part, this.#length);
      this.#length += part.length;
      this.#rest = this.#rest.subarray(part.length);
    }
  }

  #makeRoom(length: number): void {
    if (this.#bytes.length >= length || this.#bytes.length > this.#length) return;
    // What is asked for may be a lie of the page: memory grows with what arrives.
    const most = this.#length + this.#rest.length + this.#coming;
    const grown = Buffer.allocUnsafeSlow(Math.min(length, most, Math.max(GROWTH_BYTES, 2 * this.#length)));
    this.#bytes.copy(grown, 0, 0, this.#length);
    this.#bytes = grown;
  }

  async #nextPiece(): Promise<boolean> {
    if (this.#isEnded) return false;
    const next = await this.#pieces.next();
    if (next.done === true) {
      this.#isEnded = true;
      return false;
    }
    this.#rest = next.value;
    this.#coming -= next.value.length;
    return true;
  }
}
