// Node's decompressors, pulled: a slice of stored bytes goes in, chunks come out one at a time, and no chunk that was made before an
// error is lost with it.

import { createGunzip, createZstdDecompress, type Gunzip, type ZstdDecompress } from 'node:zlib';
import type { Compression } from '../reading.ts';

const CHUNK_BYTES = 1 << 20;

/** What a decompressor says of damaged bytes; never leaves this folder. */
export class DamageSignal extends Error {
  /** Everything before the damage was given: the stream is cut short, or followed by something else. */
  readonly isLossless: boolean;

  constructor(message: string, options: ErrorOptions & { readonly isLossless?: boolean } = {}) {
    super(message, options);
    this.isLossless = options.isLossless ?? false;
  }
}

export class Engine {
  readonly #stream: Gunzip | ZstdDecompress;
  #damage: DamageSignal | null = null;
  #wake: () => void = () => {};
  #isEnded = false;
  #fed = 0;

  constructor(compression: Exclude<Compression, 'none'>) {
    const options = { chunkSize: CHUNK_BYTES };
    this.#stream = compression === 'gzip' ? createGunzip(options) : createZstdDecompress(options);
    this.#stream.on('readable', () => this.#wake());
    this.#stream.on('end', () => {
      this.#isEnded = true;
      this.#wake();
    });
    this.#stream.on('error', (error) => {
      this.#damage ??= new DamageSignal(error.message, { cause: error, isLossless: isCutShort(error) });
      this.#wake();
    });
  }

  /** Bytes at the end of the last slice that were not wanted because the stream had ended before them; it takes no more then. */
  get unused(): number {
    return this.#fed - this.#stream.bytesWritten;
  }

  /** Gives all that the slice decompresses to. */
  async *feed(slice: Uint8Array): AsyncGenerator<Uint8Array> {
    let isTaken = false;
    this.#fed += slice.length;
    this.#stream.write(slice, () => {
      isTaken = true;
      this.#wake();
    });
    yield* this.#drain(() => isTaken);
  }

  /** Gives what is left; throws DamageSignal when the stream is cut short. */
  async *finish(): AsyncGenerator<Uint8Array> {
    this.#stream.end();
    yield* this.#drain(() => this.#isEnded);
  }

  close(): void {
    this.#stream.destroy();
  }

  async *#drain(isOver: () => boolean): AsyncGenerator<Uint8Array> {
    for (;;) {
      const chunk = this.#stream.read() as Uint8Array | null;
      if (chunk !== null) yield chunk;
      else if (this.#damage !== null) throw this.#damage;
      else if (isOver()) return;
      else {
        await new Promise<void>((resolve) => {
          this.#wake = resolve;
        });
      }
    }
  }
}

function isCutShort(error: Error): boolean {
  return 'code' in error && error.code === 'Z_BUF_ERROR';
}
