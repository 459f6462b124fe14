// The rows of a row group that are read as events: those that can satisfy the requirement, and the first, which is always looked at.

import type { LineFilter } from '@coldhunt/core';
import type { GroupReader } from './group-reader.ts';
import { pickRows } from './pick-rows.ts';
import type { RowPlan } from './row-batch.ts';
import type { RowMask, RowRequirement } from './row-requirement.ts';

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
  if (plan.envelope.cells.length > 0) return toRows(await markCells(group, plan, lineFilter), rows);
  if (requirement.isRuledOut(group.place)) return Int32Array.of(0);
  await group.fetch(requirement.leaves);
  return toRows(await requirement.mark(group.place, (leaf) => group.open(leaf)), rows);
}

/** Rows whose cell is JSON text that holds none of the literals are ruled out. */
async function markCells(group: GroupReader, { envelope }: RowPlan, lineFilter: LineFilter | null): Promise<RowMask> {
  const [cell, ...others] = envelope.cells;
  if (lineFilter === null || cell === undefined || others.length > 0 || !cell.type.isText || cell.type.isJson)
    return 'all';
  const { rows } = group.place;
  const mask = new Uint8Array(rows);
  const cursor = { index: 0 };
  for (let from = 0; from < rows; from += CELL_ROWS) {
    const chosen = Int32Array.from({ length: Math.min(CELL_ROWS, rows - from) }, (_, index) => from + index);
    const { values } = await pickRows(group.open(cell), chosen, cursor);
    for (let index = 0; index < chosen.length; index += 1) {
      const text = values[index];
      const bytes = typeof text === 'string' && text.startsWith('{') ? Buffer.from(text) : null;
      if (bytes === null || lineFilter.mayHold(bytes, 0, bytes.length)) mask[from + index] = 1;
    }
  }
  return mask;
}

function toRows(mask: RowMask, rows: number): Int32Array {
  if (mask === 'none') return Int32Array.of(0);
  if (mask === 'all') return Int32Array.from({ length: rows }, (_, row) => row);
  mask[0] = 1;
  let count = 0;
  for (let row = 0; row < rows; row += 1) count += mask[row] as number;
  const chosen = new Int32Array(count);
  for (let row = 0, at = 0; row < rows; row += 1) {
    if (mask[row] === 1) {
      chosen[at] = row;
      at += 1;
    }
  }
  return chosen;
}
