// The alerts as columns: those that every view needs are there at once, the others are unpacked when something asks for them.

import { readBlock } from './read-block.js';

/**
 * @typedef {{ readonly field: string, readonly values: readonly string[], readonly cells: Uint32Array }} Column `values[0]` is the empty text of rows without one
 * @typedef {{
 *   readonly rows: number,
 *   readonly times: Float64Array,
 *   readonly fields: readonly string[],
 *   loaded(): readonly Column[],
 *   column(field: string): Column,
 *   load(fields: readonly string[]): Promise<void>,
 *   isLoaded(field: string): boolean,
 *   text(field: string, row: number): string,
 *   documents(rows: readonly number[]): Promise<readonly (string | null)[]>,
 * }} Table
 */

/** Unpacked blocks of documents that are kept. */
const KEPT_BLOCKS = 8;

/**
 * @param {import('../page-data.ts').PageTable} data
 * @returns {Table}
 */
export function createTable(data) {
  const { rows } = data;
  const times = new Float64Array(rows);
  let ms = 0;
  for (let row = 0; row < rows; row++) {
    ms += data.times[row] ?? 0;
    times[row] = ms;
  }
  /** @type {Map<string, Column>} */
  const columns = new Map(data.columns.map((column) => [column.field, unpackColumn(column, rows)]));
  const more = new Map(data.more.map((ref) => [ref.field, ref]));
  /** @type {Map<string, Promise<string[]>>} */
  const blocks = new Map();
  /** @type {Column} */
  const nothing = { field: '', values: [''], cells: new Uint32Array(rows) };

  /** @param {string} field */
  async function loadOne(field) {
    const ref = more.get(field);
    if (ref === undefined || columns.has(field)) return;
    /** @type {import('../page-data.ts').Column} */
    const content = JSON.parse(await readBlock(ref.id, ref.sha256));
    columns.set(field, unpackColumn(content, rows));
  }

  /** @param {number} row */
  async function documentOf(row) {
    const ref = data.documents.find(({ first, count }) => row >= first && row < first + count);
    if (ref === undefined) return null;
    let lines = blocks.get(ref.id);
    if (lines === undefined) {
      lines = readBlock(ref.id, ref.sha256).then((text) => text.split('\n'));
      blocks.set(ref.id, lines);
      for (const id of blocks.keys()) if (blocks.size > KEPT_BLOCKS) blocks.delete(id);
    }
    return (await lines)[row - ref.first] ?? null;
  }

  return {
    rows,
    times,
    fields: [...data.columns.map(({ field }) => field), ...more.keys()].toSorted(),
    loaded: () => [...columns.values()],
    column: (field) => columns.get(field) ?? nothing,
    isLoaded: (field) => columns.has(field) || !more.has(field),
    async load(fields) {
      for (const field of fields) await loadOne(field);
    },
    text(field, row) {
      const { values, cells } = columns.get(field) ?? nothing;
      return values[cells[row] ?? 0] ?? '';
    },
    async documents(wanted) {
      const found = [];
      for (const row of wanted) found.push(await documentOf(row));
      return found;
    },
  };
}

/**
 * @param {import('../page-data.ts').Column} column
 * @param {number} rows
 * @returns {Column}
 */
function unpackColumn({ field, values, cells }, rows) {
  return {
    field,
    values: ['', ...values],
    cells: cells === null ? new Uint32Array(rows).fill(1) : Uint32Array.from(cells),
  };
}
