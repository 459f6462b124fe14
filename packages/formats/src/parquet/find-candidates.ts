// The rows of a row group that are read as events: those that can satisfy the requirement, and the first, which is always looked at.

import type { DocumentValue, LineFilter } from '@coldhunt/core';
import type { GroupReader } from './group-reader.ts';
import { pickRows } from './pick-rows.ts';
import type { RowPlan } from './row-slab.ts';
import { holdsEvent } from './row-envelope.ts';
import { countRows, rowsOfMask, type RowMask } from './row-mask.ts';
import type { RowRequirement } from './row-requirement.ts';

const CELL_ROWS = 4_096;

/** Numbers within the row group, ascending. Throws PARQUET_CORRUPT, and errors of storage. */
export async function findCandidates(
  group: GroupReader,
  plan: RowPlan,
  requirement: RowRequirement,
  lineFilter: LineFilter | null,
): Promise<Int32Array> {
  const { rows } = group.place;
  if (rows === 0) return new Int32Array();
  const mask = await requirement.mark(group, plan.envelope.cells);
  // A row whose cell holds the event itself is not seen through its columns.
  if (mask !== 'all' && plan.envelope.cells.length > 0) {
    const marked = mask === 'none' ? new Uint8Array(rows) : mask;
    await markCells(group, plan, lineFilter, marked);
    return toRows(marked, rows);
  }
  return toRows(mask, rows);
}

/** Marks rows that have the whole event in a cell, but for text that holds none of the literals. */
async function markCells(
  group: GroupReader,
  { envelope }: RowPlan,
  lineFilter: LineFilter | null,
  mask: Uint8Array,
): Promise<void> {
  const { rows } = group.place;
  // Of several cells any may be the event.
  const filter = envelope.cells.length === 1 ? lineFilter : null;
  for (const cell of envelope.cells) {
    const cursor = { index: 0 };
    for (let from = 0; from < rows; from += CELL_ROWS) {
      const chosen = Int32Array.from({ length: Math.min(CELL_ROWS, rows - from) }, (_, index) => from + index);
      const { values } = await pickRows(group.open(cell), chosen, cursor);
      for (let index = 0; index < chosen.length; index += 1) {
        const value = values.at(index);
        if (value !== null && mayBeEvent(value, cell.type.isJson ? null : filter)) mask[from + index] = 1;
      }
    }
  }
}

function mayBeEvent(value: DocumentValue, filter: LineFilter | null): boolean {
  if (typeof value !== 'string') return holdsEvent(value);
  if (!/^\s*\{/.test(value)) return false;
  if (filter === null) return true;
  const bytes = Buffer.from(value);
  return filter.mayHold(bytes, 0, bytes.length);
}

function toRows(mask: RowMask, rows: number): Int32Array {
  if (mask === 'none') return Int32Array.of(0);
  if (mask === 'all') return Int32Array.from({ length: rows }, (_, row) => row);
  mask[0] = 1;
  return rowsOfMask(mask, countRows(mask));
}
