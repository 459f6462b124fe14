// Hot path. The entries of chosen rows of one column, with their values.

import type { ChunkReader } from './chunk-reader.ts';
import type { DecodedPage } from './decode-page.ts';
import type { LeafType } from './leaf-type.ts';
import { LevelList } from './level-list.ts';
import { mayContinue, type PagePlace } from './page-place.ts';
import { PickedValues } from './picked-values.ts';

/** Row i has the entries [starts[i], starts[i + 1]). */
export interface LeafRows {
  readonly starts: Int32Array;
  readonly repetition: Uint8Array;
  readonly definition: Uint8Array;
  /** null where an entry has no value. */
  readonly values: PickedValues;
}

/** Where a reader of ascending rows stands: at a page. */
export interface RowCursor {
  index: number;
}

/** Entries of rows, one after another. */
class PickedRows {
  readonly starts: Int32Array;
  readonly repetition: LevelList;
  readonly definition: LevelList;
  readonly values: PickedValues;

  constructor(type: LeafType, rows: number) {
    this.values = new PickedValues(type, rows);
    this.starts = new Int32Array(rows + 1);
    this.repetition = new LevelList(rows);
    this.definition = new LevelList(rows);
  }

  /** Takes the entries from a number on away again. */
  truncate(length: number): void {
    this.repetition.truncate(length);
    this.definition.truncate(length);
    this.values.truncate(length);
  }
}

/** `rows`: numbers within the row group, ascending. Throws PARQUET_CORRUPT, and errors of storage. */
export async function pickRows(reader: ChunkReader, rows: Int32Array, cursor: RowCursor): Promise<LeafRows> {
  const picked = new PickedRows(reader.leaf.type, rows.length);
  let at = 0;
  while (at < rows.length) {
    const page = await findPage(reader, rows[at] as number, cursor);
    const end = page.firstRow + (await reader.rowsOf(page));
    const from = at;
    while (at < rows.length && (rows[at] as number) < end) at += 1;
    const chosen = rows.subarray(from, at);
    const last = rows[at - 1] as number;
    const { length } = picked.values;
    await reader.lookAtFirst(page, last + 1 - page.firstRow, (decoded) => {
      picked.truncate(length);
      copyRows(decoded, chosen, { firstRow: page.firstRow, max: reader.leaf.maxDefinition, from }, picked);
    });
    if (last === end - 1 && reader.leaf.maxRepetition > 0 && mayContinue(page))
      await copyContinued(reader, cursor.index + 1, picked);
  }
  picked.starts[rows.length] = picked.values.length;
  const { starts, values } = picked;
  return { starts, values, repetition: picked.repetition.all(), definition: picked.definition.all() };
}

async function findPage(reader: ChunkReader, row: number, cursor: RowCursor): Promise<PagePlace> {
  let page = await reader.page(cursor.index);
  if (page === null || page.firstRow > row) {
    cursor.index = 0;
    page = await reader.page(0);
  }
  while (page !== null) {
    if (row < page.firstRow + (await reader.rowsOf(page))) return page;
    cursor.index += 1;
    page = await reader.page(cursor.index);
  }
  throw reader.missingRow(row);
}

interface Place {
  /** The row that begins first in the page. */
  readonly firstRow: number;
  readonly max: number;
  /** Place of the first of the rows in `starts`. */
  readonly from: number;
}

function copyRows(page: DecodedPage, rows: Int32Array, { firstRow, max, from }: Place, picked: PickedRows): void {
  const { repetition, definition } = page;
  const values = page.values();
  for (let index = 0; index < rows.length; index += 1) {
    const row = (rows[index] as number) - firstRow;
    const first = repetition === null ? row : repetition.select(row);
    const end = repetition === null ? first + 1 : repetition.select(row + 1);
    let value = definition === null ? first : definition.rank(first);
    picked.starts[from + index] = picked.values.length;
    for (let entry = first; entry < end; entry += 1) {
      const level = definition === null ? max : definition.at(entry);
      picked.repetition.push(repetition === null ? 0 : repetition.at(entry));
      picked.definition.push(level);
      if (level === max) {
        values.pick(value, picked.values);
        value += 1;
      } else picked.values.addNull();
    }
  }
}

/** Pages of the first version may end within a row: its other entries lead the pages after it. */
async function copyContinued(reader: ChunkReader, from: number, picked: PickedRows): Promise<void> {
  for (let index = from; ; index += 1) {
    const page = await reader.page(index);
    if (page === null) return;
    const rows = await reader.look(page, (decoded) => copyLeading(decoded, picked, reader.leaf.maxDefinition));
    if (rows > 0) return;
  }
}

function copyLeading(page: DecodedPage, picked: PickedRows, max: number): number {
  let value = 0;
  for (let entry = 0; entry < page.leading; entry += 1) {
    const level = page.definition === null ? max : page.definition.at(entry);
    picked.repetition.push(page.repetition === null ? 0 : page.repetition.at(entry));
    picked.definition.push(level);
    if (level === max) {
      page.values().pick(value, picked.values);
      value += 1;
    } else picked.values.addNull();
  }
  return page.rows;
}
