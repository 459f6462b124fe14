// One column of a table as it grows: the different values in the order in which they came, and for each row the place of its value.

export interface GrowingColumn {
  /** Gives the characters by which the different values grew. */
  set(row: number, value: string): number;
  finish(rows: number): { readonly values: readonly string[]; readonly cells: readonly number[] | null };
}

export function createGrowingColumn(): GrowingColumn {
  const places = new Map<string, number>();
  let cells = new Uint32Array(64);
  return {
    set(row, value) {
      const known = places.get(value);
      const place = known ?? places.size + 1;
      if (known === undefined) places.set(value, place);
      if (row >= cells.length) {
        const larger = new Uint32Array(Math.max(cells.length * 2, row + 1));
        larger.set(cells);
        cells = larger;
      }
      cells[row] = place;
      return known === undefined ? value.length : 0;
    },
    finish(rows) {
      const used = Array.from({ length: rows }, (_, row) => cells[row] ?? 0);
      const isConstant = places.size === 1 && used.every((place) => place === 1);
      return { values: [...places.keys()], cells: isConstant ? null : used };
    },
  };
}
