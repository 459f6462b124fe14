// One column of one row group, page by page: found as they are needed, decoded when looked at, let go of when memory is short.

import type { InputError } from '@coldhunt/core';
import type { PageHeader } from 'hyparquet';
import { ChunkBytes } from './chunk-bytes.ts';
import { corrupt, decoding, decodingLater } from './corrupt.ts';
import { cutPage } from './cut-page.ts';
import { decodeDataPage, decodeDictionaryPage, type DecodedPage } from './decode-page.ts';
import { decompressAside } from './decompress-page.ts';
import type { FileBytes } from './file-bytes.ts';
import { LongPage, sliceable } from './long-page.ts';
import type { PageBudget } from './page-budget.ts';
import type { PagePlace } from './page-place.ts';
import type { Dictionary } from './page-values.ts';
import type { ChunkPlace, RowGroupPlace } from './parquet-file.ts';
import type { Leaf } from './schema-tree.ts';

/** Shorter pages are made faster than they are handed to another thread. */
const LEAST_ASIDE_BYTES = 256 * 1024;

export class ChunkReader {
  readonly leaf: Leaf;
  readonly #bytes: ChunkBytes;
  readonly #budget: PageBudget;
  readonly #group: RowGroupPlace;
  readonly #place: ChunkPlace;
  readonly #pages: PagePlace[] = [];
  readonly #counted = new Set<number>();
  #dictionaryPage: { readonly at: number; readonly header: PageHeader } | null = null;
  #dictionary: Dictionary | null = null;
  #next: number;
  /** A page that is being decompressed before it is looked at. */
  #aside: { readonly page: PagePlace; readonly bytes: Promise<Buffer | null> } | null = null;
  #entriesFound = 0;
  /** Its slices are being found. */
  #long: { readonly page: LongPage; readonly at: number; readonly header: PageHeader; slices: number } | null = null;

  /** Throws PARQUET_CORRUPT where the footer already says that the chunk cannot be read. */
  constructor(file: FileBytes, leaf: Leaf, group: RowGroupPlace, budget: PageBudget) {
    const place = group.chunks[leaf.index];
    if (place === undefined || typeof place === 'string') throw corrupt(place ?? `column ${leaf.name} is missing`);
    this.leaf = leaf;
    this.#bytes = new ChunkBytes(file, place);
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
    this.#bytes.forget();
    this.#dictionary = null;
    this.#aside = null;
    for (const page of this.#pages) {
      if (page.decoded !== null) this.#budget.release(page);
      if (page.slice !== null) this.#budget.release(page.slice.of);
    }
  }

  /** Begins to decompress a long first page aside, if the rows before `rows` need all of it. Whatever is asked of the reader next waits for this. */
  async expandAhead(rows: number): Promise<void> {
    const page = await this.page(0);
    if (page === null || page.decoded !== null || page.slice !== null) return;
    const { header, entries, at } = page;
    const length = header.uncompressed_page_size;
    if (header.type !== 'DATA_PAGE' || length < LEAST_ASIDE_BYTES) return;
    if (cutPage(header, entries, rows / Math.max(1, page.rows ?? Math.min(entries, this.#group.rows))) !== null) return;
    const stored = await this.#bytes.read(at, header.compressed_page_size);
    this.#budget.makeRoom(length);
    this.#aside = { page, bytes: decompressAside(stored, length, this.#place.codec) };
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
    const isWhole = page.decoded !== null || page.slice !== null;
    const cut = isWhole ? null : cutPage(page.header, page.entries, rows / Math.max(1, most));
    if (cut !== null) {
      const stored = await this.#bytes.read(page.at, cut.stored);
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
    const { slice } = page;
    if (slice !== null) {
      const again = await this.#sliceOf(slice.of, page.at, slice.number);
      if (again === null) throw corrupt(`${this.#name()}: a page changed while it was read`);
      page.decoded?.free();
      page.decoded = again;
      return;
    }
    const dictionary = page.isDictionaryEncoded ? await this.dictionary() : null;
    const stored = await this.#bytes.read(page.at, page.header.compressed_page_size);
    const { codec } = this.#place;
    const expanded = this.#aside?.page === page ? await this.#aside.bytes : null;
    this.#aside = null;
    this.#budget.makeRoom(page.header.uncompressed_page_size);
    const decoded = this.#decoding(page.at, () =>
      decodeDataPage(this.leaf, stored, { header: page.header, codec, expanded }, dictionary),
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
      const stored = await this.#bytes.read(at, header.compressed_page_size);
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
    if (await this.#addSlice(firstRow)) return true;
    for (;;) {
      const found = await this.#bytes.header(this.#next, this.#name());
      if (found === null)
        throw corrupt(`${this.#name()}: its pages end after ${this.#entriesFound} of ${this.#place.entries} entries`);
      const { header, at } = found;
      this.#next = at + header.compressed_page_size;
      if (header.type === 'INDEX_PAGE') continue;
      if (header.type === 'DICTIONARY_PAGE') {
        this.#dictionaryPage ??= { at, header };
        continue;
      }
      this.#addPage(header, at, firstRow);
      if (this.#long === null || (await this.#addSlice(firstRow))) return true;
    }
  }

  async #addSlice(firstRow: number): Promise<boolean> {
    if (this.#long === null) return false;
    const { page: of, at, header, slices: number } = this.#long;
    const decoded = await this.#sliceOf(of, at, number);
    if (decoded === null) {
      this.#long = null;
      return false;
    }
    this.#long.slices += 1;
    const { entries, rows } = decoded;
    const slice = { of, number };
    this.#pushPage({ at, header, firstRow, entries, isDictionaryEncoded: false, slice, rows, decoded });
    return true;
  }

  async #sliceOf(page: LongPage, at: number, number: number): Promise<DecodedPage | null> {
    this.#budget.makeRoom(this.#budget.sliceBytes);
    const slice = await decodingLater(this.#pageName(at), () => page.slice(number));
    if (page.isOpen) this.#budget.hold(page, 2 * this.#budget.sliceBytes);
    else this.#budget.release(page);
    return slice;
  }

  #addPage(header: PageHeader, at: number, firstRow: number): void {
    const data = header.type === 'DATA_PAGE' ? header.data_page_header : header.data_page_header_v2;
    if (data === undefined) throw corrupt(`${this.#name()}: a page of unknown type`);
    const { num_values: entries, encoding } = data;
    if (!(entries >= 0)) throw corrupt(`${this.#name()}: a page of ${entries} entries`);
    const compression = this.#budget.isLong(header) ? sliceable(this.leaf, header, this.#place.codec) : null;
    if (compression !== null) {
      const stored = (from: number): AsyncIterable<Buffer> =>
        this.#bytes.pieces(at + from, at + header.compressed_page_size);
      const { sliceBytes } = this.#budget;
      const page = new LongPage({ leaf: this.leaf, header, compression, sliceBytes, stored }, entries);
      this.#count(at, header, entries);
      this.#long = { page, at, header, slices: 0 };
      return;
    }
    // What pages of the second version say of their rows is wrong in files of parquetjs.
    const rows = this.leaf.maxRepetition === 0 ? entries : null;
    const isDictionaryEncoded = encoding === 'PLAIN_DICTIONARY' || encoding === 'RLE_DICTIONARY';
    this.#pushPage({ at, header, firstRow, entries, isDictionaryEncoded, slice: null, rows, decoded: null });
  }

  #pushPage(found: Omit<PagePlace, 'firstEntry' | 'drop'>): void {
    const page: PagePlace = {
      ...found,
      firstEntry: this.#entriesFound,
      drop: () => {
        page.decoded?.free();
        page.decoded = null;
      },
    };
    if (page.decoded !== null) this.#budget.hold(page, page.decoded.cost);
    if (page.rows !== null) this.#checkRows(page.firstRow + page.rows);
    this.#entriesFound += page.entries;
    this.#pages.push(page);
  }

  #checkRows(rows: number): void {
    if (rows > this.#group.rows)
      throw corrupt(`${this.#name()}: more rows than the ${this.#group.rows} of the row group`);
  }

  #count(at: number, header: PageHeader, entries: number): void {
    if (this.#counted.has(at)) return;
    this.#counted.add(at);
    this.#budget.spend(header.uncompressed_page_size, entries);
  }

  #decoding<T>(at: number, decode: () => T): T {
    return decoding(this.#pageName(at), decode);
  }

  #pageName(at: number): string {
    return `${this.#name()}, page at byte ${at}`;
  }

  #name(): string {
    return `column ${this.leaf.name} of row group ${this.#group.index}`;
  }
}
