// Hot path. The entries of chosen rows of one column, with their values.

import type { DocumentValue } from '@coldhunt/core';
import type { ChunkReader, PagePlace } from './chunk-reader.ts';
import type { DecodedPage } from './decode-page.ts';

/** Row i has the entries [starts[i], starts[i + 1]). */
export interface LeafRows {
  readonly starts: Int32Array;
  readonly repetition: readonly number[];
  readonly definition: readonly number[];
  /** null where an entry has no value. */
  readonly values: readonly DocumentValue[];
}

interface Picked {
  readonly repetition: number[];
  readonly definition: number[];
  readonly values: DocumentValue[];
}

/** Where a reader of ascending rows stands. */
interface Cursor {
  index: number;
}

/** `rows`: numbers within the row group, ascending. Throws PARQUET_CORRUPT, also where the column has not that many rows. */
export async function pickRows(
  reader: ChunkReader,
  rows: Int32Array,
  cursor: Cursor = { index: 0 },
): Promise<LeafRows> {
  const starts = new Int32Array(rows.length + 1);
  const picked: Picked = { repetition: [], definition: [], values: [] };
  let at = 0;
  while (at < rows.length) {
    const page = await findPage(reader, rows[at] as number, cursor);
    const decoded = await reader.decode(page);
    const from = at;
    const end = page.firstRow + decoded.rows;
    while (at < rows.length && (rows[at] as number) < end) at += 1;
    const chosen = rows.subarray(from, at);
    reader.values(page, () =>
      copyRows(decoded, page.firstRow, chosen, { picked, starts, from, max: reader.leaf.maxDefinition }),
    );
    if (rows[at - 1] === end - 1 && decoded.repetition !== null && page.header.type === 'DATA_PAGE')
      await copyContinued(reader, cursor.index + 1, picked);
  }
  starts[rows.length] = picked.values.length;
  return { starts, ...picked };
}

async function findPage(reader: ChunkReader, row: number, cursor: Cursor): Promise<PagePlace> {
  let page = await reader.page(cursor.index);
  if (page === null || page.firstRow > row) {
    cursor.index = 0;
    page = await reader.page(0);
  }
  while (page !== null) {
    const rows = page.rows ?? (await reader.decode(page)).rows;
    if (row < page.firstRow + rows) return page;
    cursor.index += 1;
    page = await reader.page(cursor.index);
  }
  throw reader.missingRow(row);
}

interface Target {
  readonly picked: Picked;
  readonly starts: Int32Array;
  /** Place of the first of the rows in `starts`. */
  readonly from: number;
  readonly max: number;
}

function copyRows(page: DecodedPage, firstRow: number, rows: Int32Array, target: Target): void {
  const { picked, starts, from, max } = target;
  const { repetition, definition } = page;
  const values = page.values();
  let entry = page.leading;
  let value = countValues(definition, 0, entry, max);
  let row = firstRow;
  for (let index = 0; index < rows.length; index += 1) {
    const wanted = rows[index] as number;
    if (repetition === null) {
      const next = wanted - firstRow;
      value += countValues(definition, entry, next, max);
      entry = next;
    } else {
      while (row < wanted) {
        do {
          if (definition === null || definition[entry] === max) value += 1;
          entry += 1;
        } while (goesOn(repetition, entry));
        row += 1;
      }
    }
    starts[from + index] = picked.values.length;
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
    row += 1;
  }
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
  const max = reader.leaf.maxDefinition;
  for (let index = from; ; index += 1) {
    const page = await reader.page(index);
    if (page === null) return;
    const decoded = await reader.decode(page);
    const { definition, repetition, leading } = decoded;
    reader.values(page, () => {
      let value = 0;
      for (let entry = 0; entry < leading; entry += 1) {
        const level = definition === null ? max : (definition[entry] as number);
        picked.repetition.push(repetition?.[entry] ?? 0);
        picked.definition.push(level);
        picked.values.push(level === max ? decoded.values().at(value) : null);
        if (level === max) value += 1;
      }
    });
    if (decoded.rows > 0) return;
  }
}
