// The columns of one row group, each opened once; what is needed of several is fetched together, a few megabytes at a time.

import { ChunkReader } from './chunk-reader.ts';
import { decoding } from './corrupt.ts';
import type { FileBytes, FileRange } from './file-bytes.ts';
import type { PageBudget } from './page-budget.ts';
import type { ParquetFile, RowGroupPlace } from './parquet-file.ts';
import { pickRows, type LeafRows, type RowCursor } from './pick-rows.ts';
import type { Leaf } from './schema-tree.ts';

/** Columns are fetched in waves of about this much. */
const WAVE_BYTES = 16 * 1024 * 1024;
/** Longer columns are read piece by piece as they are decoded. */
const MAX_FETCHED_CHUNK_BYTES = 8 * 1024 * 1024;
/** Of a longer column, of which only the first rows are wanted, no more is fetched than they should take. */
const MAX_WHOLE_BYTES = 256 * 1024;
const LEAST_CUT_BYTES = 96 * 1024;

/** Columns whose pages are decompressed by other threads while the one before them is picked from. */
const COLUMNS_AHEAD = 2;

export interface RowSize {
  readonly entries: number;
  readonly bytes: number;
}

export class GroupReader {
  readonly place: RowGroupPlace;
  readonly #file: ParquetFile;
  readonly #budget: PageBudget;
  readonly #readers = new Map<number, ChunkReader>();
  readonly #cursors = new Map<number, RowCursor>();
  #restReads = 0;

  constructor(file: ParquetFile, place: RowGroupPlace, budget: PageBudget) {
    this.place = place;
    this.#file = file;
    this.#budget = budget;
  }

  get bytes(): FileBytes {
    return this.#file.bytes;
  }

  /** Whether columns that are seldom looked at were read before: then they will be again. */
  get isRestRead(): boolean {
    return this.#restReads > 0;
  }

  /** What a row takes of columns, on average. */
  rowSize(leaves: readonly Leaf[]): RowSize {
    let entries = 0;
    let bytes = 0;
    for (const { index } of leaves) {
      const chunk = this.place.chunks[index];
      if (chunk === undefined || typeof chunk === 'string') continue;
      entries += chunk.entries;
      bytes += chunk.expandedBytes;
    }
    const rows = Math.max(1, this.place.rows);
    return { entries: Math.max(1, entries / rows), bytes: Math.max(1, bytes / rows) };
  }

  /** Throws PARQUET_CORRUPT where the footer already says that the column cannot be read. */
  open(leaf: Leaf): ChunkReader {
    let reader = this.#readers.get(leaf.index);
    if (reader === undefined) {
      reader = new ChunkReader(this.#file.bytes, leaf, this.place, this.#budget);
      this.#readers.set(leaf.index, reader);
    }
    return reader;
  }

  /** The entries of rows, which ascend. `rest`: columns that are seldom looked at are not kept open. */
  async pick(
    leaves: readonly Leaf[],
    rows: Int32Array,
    use: 'wanted' | 'rest' = 'wanted',
  ): Promise<ReadonlyMap<number, LeafRows>> {
    if (use === 'rest') this.#restReads += 1;
    const picked = new Map<number, LeafRows>();
    const rowsTo = (rows.at(-1) ?? 0) + 1;
    const share = rowsTo / Math.max(1, this.place.rows);
    for (const wave of this.#waves(leaves)) {
      await this.fetch(wave, share);
      const begun: Promise<void>[] = [];
      for (const [at, leaf] of wave.entries()) {
        if (use === 'rest') {
          for (const next of wave.slice(begun.length, at + 1 + COLUMNS_AHEAD))
            begun.push(this.#expandAhead(next, rowsTo));
        }
        await begun[at];
        const reader = this.open(leaf);
        picked.set(leaf.index, await pickRows(reader, rows, this.#cursorOf(leaf)));
        if (use === 'rest') reader.forget();
      }
    }
    this.#file.bytes.release();
    return picked;
  }

  /** Never throws: what is wrong is told when the column is looked at, which then begins anew. */
  async #expandAhead(leaf: Leaf, rows: number): Promise<void> {
    try {
      await this.open(leaf).expandAhead(rows);
    } catch {
      this.#readers.delete(leaf.index);
    }
  }

  /**
   * Reads the bytes of columns that are short enough, neighbours together, in place of what was fetched before. `share`: how much of the
   * rows, from the first on, is wanted.
   */
  async fetch(leaves: readonly Leaf[], share = 1): Promise<void> {
    this.#file.bytes.release();
    await this.#file.bytes.prefetch(
      leaves
        .filter((leaf) => this.#readers.get(leaf.index)?.isDecoded !== true)
        .map((leaf) => this.#beginningOf(leaf, share))
        .filter(({ from, to }) => to - from <= MAX_FETCHED_CHUNK_BYTES),
    );
  }

  #beginningOf(leaf: Leaf, share: number): FileRange {
    const { from, to } = this.#rangeOf(leaf);
    if (to - from <= MAX_WHOLE_BYTES) return { from, to };
    const chunk = this.place.chunks[leaf.index];
    const entries = chunk === undefined || typeof chunk === 'string' ? 0 : chunk.entries;
    return { from, to: Math.min(to, Math.ceil(from + LEAST_CUT_BYTES + entries / 4 + 2 * share * (to - from))) };
  }

  decoding<T>(decode: () => T): T {
    return decoding(`row group ${this.place.index}`, decode);
  }

  *#waves(leaves: readonly Leaf[]): Generator<readonly Leaf[]> {
    const ordered = leaves.toSorted((a, b) => this.#rangeOf(a).from - this.#rangeOf(b).from);
    let wave: Leaf[] = [];
    let bytes = 0;
    for (const leaf of ordered) {
      const { from, to } = this.#rangeOf(leaf);
      if (wave.length > 0 && bytes + to - from > WAVE_BYTES) {
        yield wave;
        wave = [];
        bytes = 0;
      }
      wave.push(leaf);
      bytes += to - from;
    }
    if (wave.length > 0) yield wave;
  }

  #rangeOf(leaf: Leaf): FileRange {
    const chunk = this.place.chunks[leaf.index];
    return chunk === undefined || typeof chunk === 'string' ? { from: 0, to: 0 } : chunk;
  }

  #cursorOf(leaf: Leaf): RowCursor {
    let cursor = this.#cursors.get(leaf.index);
    if (cursor === undefined) this.#cursors.set(leaf.index, (cursor = { index: 0 }));
    return cursor;
  }
}
