// Hot path. The entries of chosen rows of one column, with their values.

import type { DocumentValue } from '@coldhunt/core';
import type { ChunkReader, PagePlace } from './chunk-reader.ts';
import type { DecodedPage } from './decode-page.ts';
import { LevelList } from './level-list.ts';

/** Row i has the entries [starts[i], starts[i + 1]). */
export interface LeafRows {
  readonly starts: Int32Array;
  readonly repetition: Uint8Array;
  readonly definition: Uint8Array;
  /** null where an entry has no value. */
  readonly values: readonly DocumentValue[];
}

/** Where a reader of ascending rows stands: a page, and in it a row with its first entry and the values before it. */
export class RowCursor {
  index = 0;
  row = -1;
  entry = 0;
  value = 0;

  moveTo(index: number): void {
    this.index = index;
    this.row = -1;
  }
}

interface Picked {
  readonly starts: Int32Array;
  readonly repetition: LevelList;
  readonly definition: LevelList;
  readonly values: DocumentValue[];
}

/** `rows`: numbers within the row group, ascending. Throws PARQUET_CORRUPT, also where the column has not that many rows. */
export async function pickRows(reader: ChunkReader, rows: Int32Array, cursor: RowCursor): Promise<LeafRows> {
  const picked: Picked = {
    starts: new Int32Array(rows.length + 1),
    repetition: new LevelList(rows.length),
    definition: new LevelList(rows.length),
    values: [],
  };
  let at = 0;
  while (at < rows.length) {
    const page = await findPage(reader, rows[at] as number, cursor);
    const end = page.firstRow + (await reader.rowsOf(page));
    const from = at;
    while (at < rows.length && (rows[at] as number) < end) at += 1;
    const chosen = rows.subarray(from, at);
    await reader.look(page, (decoded) =>
      copyRows(decoded, page.firstRow, chosen, { picked, from, cursor, max: reader.leaf.maxDefinition }),
    );
    if (rows[at - 1] === end - 1 && reader.leaf.maxRepetition > 0 && page.header.type === 'DATA_PAGE')
      await copyContinued(reader, cursor.index + 1, picked);
  }
  picked.starts[rows.length] = picked.values.length;
  const { starts, values } = picked;
  return { starts, values, repetition: picked.repetition.all(), definition: picked.definition.all() };
}

async function findPage(reader: ChunkReader, row: number, cursor: RowCursor): Promise<PagePlace> {
  let page = await reader.page(cursor.index);
  if (page === null || page.firstRow > row) {
    cursor.moveTo(0);
    page = await reader.page(0);
  }
  while (page !== null) {
    if (row < page.firstRow + (await reader.rowsOf(page))) return page;
    cursor.moveTo(cursor.index + 1);
    page = await reader.page(cursor.index);
  }
  throw reader.missingRow(row);
}

interface Target {
  readonly picked: Picked;
  /** Place of the first of the rows in `starts`. */
  readonly from: number;
  readonly cursor: RowCursor;
  readonly max: number;
}

function copyRows(page: DecodedPage, firstRow: number, rows: Int32Array, target: Target): void {
  const { picked, from, cursor, max } = target;
  const { repetition, definition } = page;
  const values = page.values();
  if (cursor.row === -1 || cursor.row > (rows[0] as number)) {
    cursor.row = firstRow;
    cursor.entry = page.leading;
    cursor.value = countValues(definition, 0, page.leading, max);
  }
  let { row, entry, value } = cursor;
  for (let index = 0; index < rows.length; index += 1) {
    const wanted = rows[index] as number;
    const first = entry;
    if (repetition === null) entry += wanted - row;
    else
      for (; row < wanted; row += 1)
        do entry += 1;
        while (repetition[entry] !== 0 && entry < page.entries);
    value += countValues(definition, first, entry, max);
    picked.starts[from + index] = picked.values.length;
    do {
      const level = definition === null ? max : (definition[entry] as number);
      picked.repetition.push(repetition === null ? 0 : (repetition[entry] as number));
      picked.definition.push(level);
      if (level === max) {
        picked.values.push(values.at(value));
        value += 1;
      } else picked.values.push(null);
      entry += 1;
    } while (goesOn(repetition, entry));
    row = wanted + 1;
  }
  cursor.row = row;
  cursor.entry = entry;
  cursor.value = value;
}

/** Whether an entry belongs to the row of the one before; there is none behind the last. */
function goesOn(repetition: Uint8Array | null, entry: number): boolean {
  return repetition !== null && entry < repetition.length && repetition[entry] !== 0;
}

function countValues(definition: Uint8Array | null, from: number, to: number, max: number): number {
  if (definition === null) return to - from;
  let count = 0;
  for (let entry = from; entry < to; entry += 1) if (definition[entry] === max) count += 1;
  return count;
}

/** Pages of the first version may end within a row: its other entries lead the pages after it. */
async function copyContinued(reader: ChunkReader, from: number, picked: Picked): Promise<void> {
  for (let index = from; ; index += 1) {
    const page = await reader.page(index);
    if (page === null) return;
    const rows = await reader.look(page, (decoded) => copyLeading(decoded, picked, reader.leaf.maxDefinition));
    if (rows > 0) return;
  }
}

function copyLeading(page: DecodedPage, picked: Picked, max: number): number {
  let value = 0;
  for (let entry = 0; entry < page.leading; entry += 1) {
    const level = page.definition === null ? max : (page.definition[entry] as number);
    picked.repetition.push(page.repetition?.[entry] ?? 0);
    picked.definition.push(level);
    picked.values.push(level === max ? page.values().at(value) : null);
    if (level === max) value += 1;
  }
  return page.rows;
}
