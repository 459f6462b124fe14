// Node's decompressors, pulled: slices of stored bytes go in, chunks come out one at a time, and no chunk that was made before an error
// is lost with it. While chunks are being searched, the decompressor is at work on the next slice in its own thread.

import { createGunzip, createZstdDecompress } from 'node:zlib';
import type { Compression } from '../reading.ts';

/** Length of a chunk, and of the memory that it stands in alone. */
const CHUNK_BYTES = 1 << 20;
/** Pieces that may wait: with fewer, a slice would stop until its first piece was taken. */
const WAITING_PIECES = 4;

/** What a decompressor says of damaged bytes; never leaves this folder. */
export class DamageSignal extends Error {
  /** Everything before the damage was given: the stream is cut short, or followed by something else. */
  readonly isLossless: boolean;
  /** Bytes at the end of what was fed that may hold the damage, or lie behind it. */
  readonly behind: number;

  constructor(
    message: string,
    options: ErrorOptions & { readonly isLossless?: boolean; readonly behind?: number } = {},
  ) {
    super(message, options);
    this.isLossless = options.isLossless ?? false;
    this.behind = options.behind ?? 0;
  }
}

export class Engine {
  readonly #stream: ReturnType<typeof createGunzip> | ReturnType<typeof createZstdDecompress>;
  #error: Error | null = null;
  #wake: () => void = () => {};
  #isEnded = false;
  #fed = 0;
  /** Bytes of the slice that the decompressor is at work on. */
  #underWay = 0;
  #pending: Uint8Array | null = null;

  constructor(compression: Exclude<Compression, 'none'>) {
    // Pieces are read one by one: else those that wait would be copied into one.
    const options = { chunkSize: CHUNK_BYTES, readableObjectMode: true, readableHighWaterMark: WAITING_PIECES };
    this.#stream = compression === 'gzip' ? createGunzip(options) : createZstdDecompress(options);
    this.#stream.on('readable', () => this.#wake());
    this.#stream.on('end', () => {
      this.#isEnded = true;
      this.#wake();
    });
    this.#stream.on('error', (error) => {
      this.#error ??= error;
      this.#wake();
    });
  }

  /** Bytes at the end of the last slice that were not wanted because the stream had ended before them; it takes no more then. */
  get unused(): number {
    return this.#fed - this.#stream.bytesWritten;
  }

  /** Takes a slice. What it decompresses to is given with the next one, or by `finish`, as far as it is not given now. */
  async *feed(slice: Uint8Array): AsyncGenerator<Uint8Array> {
    this.#fed += slice.length;
    this.#underWay = slice.length;
    this.#stream.write(slice, (error) => {
      if (error === null || error === undefined) this.#underWay = 0;
      this.#wake();
    });
    yield* this.#drain(() => this.#underWay === 0);
  }

  /** Gives what is left; throws DamageSignal when the stream is cut short. */
  async *finish(): AsyncGenerator<Uint8Array> {
    this.#stream.end();
    yield* this.#drain(() => this.#isEnded);
    if (this.#pending !== null) yield this.#pending;
    this.#pending = null;
  }

  close(): void {
    this.#stream.destroy();
  }

  async *#drain(isOver: () => boolean): AsyncGenerator<Uint8Array> {
    while (!isOver()) {
      const piece = this.#stream.read() as Uint8Array | null;
      if (piece !== null) {
        const whole = this.#join(piece);
        if (whole !== null) yield whole;
      } else if (this.#error !== null) {
        if (this.#pending !== null) yield this.#pending;
        throw this.#damage(this.#error);
      } else {
        await new Promise<void>((resolve) => {
          this.#wake = resolve;
        });
      }
    }
  }

  /** Joins the pieces that stand side by side in one memory; gives the one before when a new memory begins, or a full one. */
  #join(piece: Uint8Array): Uint8Array | null {
    const { buffer } = piece;
    const pending = this.#pending;
    const isNext = pending?.buffer === buffer && pending.byteOffset + pending.length === piece.byteOffset;
    this.#pending = isNext ? Buffer.from(buffer, pending.byteOffset, pending.length + piece.length) : piece;
    if (pending !== null && !isNext) return pending;
    const { byteOffset, length } = this.#pending;
    if (byteOffset + length < buffer.byteLength) return null;
    const full = this.#pending;
    this.#pending = null;
    return full;
  }

  #damage(error: Error): DamageSignal {
    return new DamageSignal(error.message, { cause: error, isLossless: isCutShort(error), behind: this.#underWay });
  }
}

function isCutShort(error: Error): boolean {
  return 'code' in error && error.code === 'Z_BUF_ERROR';
}
