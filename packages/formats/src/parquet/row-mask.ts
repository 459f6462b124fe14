// Hot path. Sets of rows of a row group.

/** Rows by their number in the row group: 1 where a row belongs to the set. 'all' and 'none' need no list. */
export type RowMask = Uint8Array | 'all' | 'none';

/** The rows of both. Neither is changed. */
export function intersect(a: RowMask, b: RowMask): RowMask {
  if (a === 'all' || b === 'none' || a === b) return b;
  if (b === 'all' || a === 'none') return a;
  const both = new Uint8Array(a.length);
  let isAny = 0;
  for (let row = 0; row < both.length; row += 1) isAny |= both[row] = (a[row] as number) & (b[row] as number);
  return isAny === 0 ? 'none' : both;
}

/** The rows of either. Neither is changed. */
export function unite(a: RowMask, b: RowMask): RowMask {
  if (a === 'all' || b === 'none' || a === b) return a;
  if (b === 'all' || a === 'none') return b;
  const either = new Uint8Array(a.length);
  for (let row = 0; row < either.length; row += 1) either[row] = (a[row] as number) | (b[row] as number);
  return either;
}

export function countRows(mask: Uint8Array): number {
  let count = 0;
  for (let row = 0; row < mask.length; row += 1) count += mask[row] as number;
  return count;
}

/** Numbers of the rows, ascending; `count` of them. */
export function rowsOfMask(mask: Uint8Array, count: number): Int32Array {
  const rows = new Int32Array(count);
  for (let row = 0, at = 0; at < count; row += 1) {
    if (mask[row] !== 1) continue;
    rows[at] = row;
    at += 1;
  }
  return rows;
}
