// The bytes of a document that goes through several chunks, up to a limit: beyond it they are forgotten.

export class HeldBytes {
  readonly #limit: number;
  #pieces: Buffer[] = [];
  #length = 0;

  constructor(limit: number) {
    this.#limit = limit;
  }

  clear(): void {
    this.#pieces = [];
    this.#length = 0;
  }

  /** Copies a piece, which goes on where the last one ended. */
  add(piece: Buffer): void {
    this.#length += piece.length;
    if (this.#length > this.#limit) this.#pieces = [];
    else if (piece.length > 0) this.#pieces.push(Buffer.from(piece));
  }

  /** What is held, with `tail` behind it; null where it is longer than the limit. */
  with(tail: Buffer): Buffer | null {
    if (this.#length + tail.length > this.#limit) return null;
    return this.#length === 0 ? tail : Buffer.concat([...this.#pieces, tail]);
  }
}
