// One column of one row group, page by page: found as they are needed, decoded when looked at, let go of when memory is short.

import type { InputError } from '@coldhunt/core';
import type { PageHeader } from 'hyparquet';
import { corrupt, decoding } from './corrupt.ts';
import { cutPage } from './cut-page.ts';
import { decodeDataPage, decodeDictionaryPage, type DecodedPage } from './decode-page.ts';
import type { FileBytes } from './file-bytes.ts';
import type { PageBudget } from './page-budget.ts';
import type { Dictionary } from './page-values.ts';
import { parsePageHeader } from './parse-page-header.ts';
import type { ChunkPlace, RowGroupPlace } from './parquet-file.ts';
import type { Leaf } from './schema-tree.ts';

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

/** A data page: where it lies, which rows begin in it. */
export interface PagePlace {
  readonly at: number;
  readonly header: PageHeader;
  /** Row of the group that begins first in it. */
  readonly firstRow: number;
  readonly firstEntry: number;
  readonly entries: number;
  readonly isDictionaryEncoded: boolean;
  /** Unknown until decoded, where rows are lists. */
  rows: number | null;
  decoded: DecodedPage | null;
  drop(): void;
}

export class ChunkReader {
  readonly leaf: Leaf;
  readonly #file: FileBytes;
  readonly #budget: PageBudget;
  readonly #group: RowGroupPlace;
  readonly #place: ChunkPlace;
  readonly #pages: PagePlace[] = [];
  readonly #counted = new Set<number>();
  #dictionaryPage: { readonly at: number; readonly header: PageHeader } | null = null;
  #dictionary: Dictionary | null = null;
  #window: Window = NO_WINDOW;
  #windowBytes = MIN_WINDOW_BYTES;
  #next: number;
  #entriesFound = 0;

  /** Throws PARQUET_CORRUPT where the footer already says that the chunk cannot be read. */
  constructor(file: FileBytes, leaf: Leaf, group: RowGroupPlace, budget: PageBudget) {
    const place = group.chunks[leaf.index];
    if (place === undefined || typeof place === 'string') throw corrupt(place ?? `column ${leaf.name} is missing`);
    this.leaf = leaf;
    this.#file = file;
    this.#budget = budget;
    this.#group = group;
    this.#place = place;
    this.#next = place.from;
  }

  /** The data page of a number, or null behind the last. */
  async page(index: number): Promise<PagePlace | null> {
    while (index >= this.#pages.length) if (!(await this.#findNext())) return null;
    return this.#pages[index] ?? null;
  }

  /** Lets go of bytes that could be read again. */
  forget(): void {
    this.#window = NO_WINDOW;
    this.#dictionary = null;
    for (const page of this.#pages) if (page.decoded !== null) this.#budget.release(page);
  }

  /** Whether all pages are held, decoded: then no byte is read any more. */
  get isDecoded(): boolean {
    const isComplete = this.#entriesFound >= this.#place.entries && this.#pages.length > 0;
    return isComplete && this.#pages.every(({ decoded }) => decoded !== null);
  }

  isLast(page: PagePlace): boolean {
    return page.firstEntry + page.entries >= this.#place.entries;
  }

  /** Hands a decoded page to `look`, which must not keep it. Errors of decoding within become PARQUET_CORRUPT. */
  async look<T>(page: PagePlace, look: (decoded: DecodedPage) => T): Promise<T> {
    if (page.decoded === null) await this.#decode(page);
    // Nobody can let go of the page before this turn ends.
    let { decoded } = page;
    while (decoded === null) {
      await this.#decode(page);
      ({ decoded } = page);
    }
    const { cost } = decoded;
    this.#budget.hold(page, cost);
    return this.decoding(page, () => look(decoded));
  }

  /**
   * Like `look`, where only the first rows of the page are looked at: of a long page no more is read and decompressed than they take. `look`
   * is called again, with all of the page, when it throws.
   */
  async lookAtFirst<T>(page: PagePlace, rows: number, look: (decoded: DecodedPage) => T): Promise<T> {
    const most = page.rows ?? Math.min(page.entries, this.#group.rows - page.firstRow);
    const cut = page.decoded === null ? cutPage(page.header, page.entries, rows / Math.max(1, most)) : null;
    if (cut !== null) {
      const stored = await this.#read(page.at, cut.stored);
      let decoded: DecodedPage | null = null;
      try {
        decoded = decodeDataPage(this.leaf, stored, { header: page.header, codec: this.#place.codec, cut }, null);
        this.#learnRows(page, decoded);
        return look(decoded);
      } catch {
        // The rows take more than was guessed, or the page is damaged: all of it will tell.
      } finally {
        decoded?.free();
        this.#count(page.at, page.header, page.entries);
      }
    }
    return this.look(page, look);
  }

  async #decode(page: PagePlace): Promise<void> {
    const dictionary = page.isDictionaryEncoded ? await this.dictionary() : null;
    const stored = await this.#read(page.at, page.header.compressed_page_size);
    const { codec } = this.#place;
    this.#budget.makeRoom(page.header.uncompressed_page_size);
    const decoded = this.#decoding(page.at, () =>
      decodeDataPage(this.leaf, stored, { header: page.header, codec }, dictionary),
    );
    this.#count(page.at, page.header, decoded.entries);
    this.#learnRows(page, decoded);
    page.decoded?.free();
    page.decoded = decoded;
    this.#budget.hold(page, decoded.cost);
  }

  #learnRows(page: PagePlace, { rows }: DecodedPage): void {
    if (page.rows !== null && page.rows !== rows)
      throw corrupt(`${this.#name()}: a page of ${rows} rows that should have ${page.rows}`);
    page.rows = rows;
    this.#checkRows(page.firstRow + rows);
  }

  /** Errors of what decodes values of a page become PARQUET_CORRUPT. */
  decoding<T>(page: PagePlace, decode: () => T): T {
    return this.#decoding(page.at, decode);
  }

  /** Rows that begin in a page, decoded where only its levels tell. */
  async rowsOf(page: PagePlace): Promise<number> {
    if (page.rows === null && this.isLast(page)) {
      const rows = this.#group.rows - page.firstRow;
      if (rows < 0 || rows > page.entries) throw this.missingRow(this.#group.rows - 1);
      page.rows = rows;
    }
    return page.rows ?? this.lookAtFirst(page, 0, ({ rows }) => rows);
  }

  missingRow(row: number): InputError {
    return corrupt(`${this.#name()}: it has no row ${row}`);
  }

  /** null: the chunk has none before its first data page. */
  async dictionary(): Promise<Dictionary | null> {
    if (this.#pages.length === 0) await this.page(0);
    if (this.#dictionaryPage === null) return null;
    if (this.#dictionary === null) {
      const { at, header } = this.#dictionaryPage;
      const stored = await this.#read(at, header.compressed_page_size);
      const { codec } = this.#place;
      this.#dictionary = this.#decoding(at, () => decodeDictionaryPage(this.leaf, stored, { header, codec }));
      this.#count(at, header, 0);
    }
    return this.#dictionary;
  }

  async #findNext(): Promise<boolean> {
    const last = this.#pages.at(-1);
    const firstRow = last === undefined ? 0 : last.firstRow + (await this.rowsOf(last));
    if (this.#entriesFound >= this.#place.entries) {
      if (firstRow !== this.#group.rows)
        throw corrupt(`${this.#name()}: ${firstRow} rows in a row group of ${this.#group.rows}`);
      return false;
    }
    for (;;) {
      const { header, at } = await this.#readHeader();
      this.#next = at + header.compressed_page_size;
      if (header.type === 'INDEX_PAGE') continue;
      if (header.type === 'DICTIONARY_PAGE') {
        this.#dictionaryPage ??= { at, header };
        continue;
      }
      this.#addPage(header, at, firstRow);
      return true;
    }
  }

  #addPage(header: PageHeader, at: number, firstRow: number): void {
    const data = header.type === 'DATA_PAGE' ? header.data_page_header : header.data_page_header_v2;
    if (data === undefined) throw corrupt(`${this.#name()}: a page of unknown type`);
    const { num_values: entries, encoding } = data;
    if (!(entries >= 0)) throw corrupt(`${this.#name()}: a page of ${entries} entries`);
    const page: PagePlace = {
      at,
      header,
      firstRow,
      firstEntry: this.#entriesFound,
      entries,
      isDictionaryEncoded: encoding === 'PLAIN_DICTIONARY' || encoding === 'RLE_DICTIONARY',
      // What pages of the second version say of their rows is wrong in files of parquetjs.
      rows: this.leaf.maxRepetition === 0 ? entries : null,
      decoded: null,
      drop: () => {
        page.decoded?.free();
        page.decoded = null;
      },
    };
    if (page.rows !== null) this.#checkRows(firstRow + page.rows);
    this.#entriesFound += entries;
    this.#pages.push(page);
  }

  #checkRows(rows: number): void {
    if (rows > this.#group.rows)
      throw corrupt(`${this.#name()}: more rows than the ${this.#group.rows} of the row group`);
  }

  async #readHeader(): Promise<{ readonly header: PageHeader; readonly at: number }> {
    const limit = Math.min(this.#file.object.size - FOOTER_END, this.#place.to + SLACK_BYTES);
    const lengths = [
      Math.min(HEADER_BYTES, this.#place.to - this.#next),
      Math.min(HEADER_BYTES, limit - this.#next),
      Math.min(MAX_HEADER_BYTES, limit - this.#next),
    ];
    for (const length of lengths) {
      if (length <= 0) continue;
      const bytes = await this.#read(this.#next, length);
      const header = this.#decoding(this.#next, () => parsePageHeader(bytes));
      if (header === null) continue;
      const at = this.#next + header.length;
      const { compressed_page_size: size } = header.header;
      if (!(size >= 0 && at + size <= limit)) throw corrupt(`${this.#name()}: a page ends outside of its column`);
      return { header: header.header, at };
    }
    throw corrupt(`${this.#name()}: its pages end after ${this.#entriesFound} of ${this.#place.entries} entries`);
  }

  async #read(from: number, length: number): Promise<Buffer> {
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

  #count(at: number, header: PageHeader, entries: number): void {
    if (this.#counted.has(at)) return;
    this.#counted.add(at);
    this.#budget.spend(header.uncompressed_page_size, entries);
  }

  #decoding<T>(at: number, decode: () => T): T {
    return decoding(`${this.#name()}, page at byte ${at}`, decode);
  }

  #name(): string {
    return `column ${this.leaf.name} of row group ${this.#group.index}`;
  }
}
