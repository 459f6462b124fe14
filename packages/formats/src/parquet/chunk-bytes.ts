// The stored bytes of one column of one row group: read window by window, or as they were fetched with its neighbours.

import type { PageHeader } from 'hyparquet';
import { corrupt, decoding } from './corrupt.ts';
import type { FileBytes } from './file-bytes.ts';
import { parsePageHeader } from './parse-page-header.ts';
import type { ChunkPlace } from './parquet-file.ts';

/** What is read at once of a column that was not fetched: more each time. */
const MIN_WINDOW_BYTES = 512 * 1024;
const MAX_WINDOW_BYTES = 4 * 1024 * 1024;
const HEADER_BYTES = 16 * 1024;
const MAX_HEADER_BYTES = 4 * 1024 * 1024;
/** Old writers left the header of the dictionary out of a chunk's length. */
const SLACK_BYTES = 256;
const FOOTER_END = 8;

interface Window {
  readonly from: number;
  readonly bytes: Buffer;
}

const NO_WINDOW: Window = { from: 0, bytes: Buffer.alloc(0) };

export class ChunkBytes {
  readonly #file: FileBytes;
  readonly #place: ChunkPlace;
  #window: Window = NO_WINDOW;
  #windowBytes = MIN_WINDOW_BYTES;

  constructor(file: FileBytes, place: ChunkPlace) {
    this.#file = file;
    this.#place = place;
  }

  /** Lets go of what could be read again. */
  forget(): void {
    this.#window = NO_WINDOW;
  }

  /** The header of the page that begins at a byte, and where its content begins; null: no page fits there. Throws PARQUET_CORRUPT. */
  async header(next: number, name: string): Promise<{ readonly header: PageHeader; readonly at: number } | null> {
    const limit = Math.min(this.#file.object.size - FOOTER_END, this.#place.to + SLACK_BYTES);
    const lengths = [
      Math.min(HEADER_BYTES, this.#place.to - next),
      Math.min(HEADER_BYTES, limit - next),
      Math.min(MAX_HEADER_BYTES, limit - next),
    ];
    for (const length of lengths) {
      if (length <= 0) continue;
      const bytes = await this.read(next, length);
      const header = decoding(`${name}, page at byte ${next}`, () => parsePageHeader(bytes));
      if (header === null) continue;
      const at = next + header.length;
      const { compressed_page_size: size } = header.header;
      if (!(size >= 0 && at + size <= limit)) throw corrupt(`${name}: a page ends outside of its column`);
      return { header: header.header, at };
    }
    return null;
  }

  async read(from: number, length: number): Promise<Buffer> {
    const { from: start, bytes } = this.#window;
    if (from >= start && from + length <= start + bytes.length)
      return bytes.subarray(from - start, from - start + length);
    if (length > MAX_WINDOW_BYTES || this.#file.isHeld(from, from + length)) return this.#file.read(from, length);
    const limit = Math.min(this.#file.object.size, Math.max(this.#place.to, from + length));
    const window = await this.#file.read(from, Math.min(Math.max(length, this.#windowBytes), limit - from));
    this.#windowBytes = Math.min(MAX_WINDOW_BYTES, 2 * this.#windowBytes);
    this.#window = { from, bytes: window };
    return window.subarray(0, length);
  }

  /** Bytes [from, to) in pieces, none of which is kept. */
  async *pieces(from: number, to: number): AsyncGenerator<Buffer> {
    for (let at = from; at < to; at += MAX_WINDOW_BYTES)
      yield await this.#file.read(at, Math.min(MAX_WINDOW_BYTES, to - at));
  }
}
