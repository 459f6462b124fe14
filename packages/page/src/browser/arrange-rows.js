// Found rows -> sorted rows, groups of rows, and counts by value.

/** The name under which a row is sorted by its time. */
export const TIME = '@timestamp';
const SEVERITY = ['', 'low', 'medium', 'high', 'critical'];

/**
 * @param {import('./table.js').Table} table
 * @param {Uint32Array} rows in the order of time; not changed
 * @param {string} sort a field, behind a `-` for the other way round
 */
export function sortRows(table, rows, sort) {
  const isDescending = sort.startsWith('-');
  const field = isDescending ? sort.slice(1) : sort;
  if (field === TIME) return isDescending ? rows.toReversed() : rows;
  const { values, cells } = table.column(field);
  const ranks = rankValues(field, values);
  const sign = isDescending ? -1 : 1;
  return rows.toSorted((a, b) => sign * ((ranks[cells[a] ?? 0] ?? 0) - (ranks[cells[b] ?? 0] ?? 0)) || a - b);
}

/**
 * @typedef {{ readonly values: readonly string[], readonly rows: readonly number[] }} Group
 */

/**
 * Rows with the same values of some fields, the largest group first.
 * @param {import('./table.js').Table} table
 * @param {Uint32Array} rows
 * @param {readonly string[]} fields
 * @returns {readonly Group[]}
 */
export function groupRows(table, rows, fields) {
  const columns = fields.map((field) => table.column(field));
  /** @type {Map<number | string, { values: readonly string[], rows: number[] }>} */
  const groups = new Map();
  const [first, second] = columns;
  for (const row of rows) {
    // One number for the fields of every usual grouping: a text for each row would take most of the time.
    const key =
      columns.length > 2
        ? columns.map(({ cells }) => cells[row] ?? 0).join(' ')
        : (first?.cells[row] ?? 0) * (second?.values.length ?? 1) + (second?.cells[row] ?? 0);
    const group = groups.get(key);
    if (group === undefined) {
      groups.set(key, { values: columns.map(({ cells, values }) => values[cells[row] ?? 0] ?? ''), rows: [row] });
    } else group.rows.push(row);
  }
  return [...groups.values()].toSorted((a, b) => b.rows.length - a.rows.length || (a.rows[0] ?? 0) - (b.rows[0] ?? 0));
}

/**
 * Different values of a field among rows, the most frequent first.
 * @param {import('./table.js').Table} table
 * @param {Iterable<number>} rows
 * @param {string} field
 * @returns {readonly { readonly value: string, readonly count: number }[]}
 */
export function countValues(table, rows, field) {
  const { values, cells } = table.column(field);
  const counts = new Uint32Array(values.length);
  for (const row of rows) {
    const place = cells[row] ?? 0;
    counts[place] = (counts[place] ?? 0) + 1;
  }
  const found = [];
  for (let place = 0; place < counts.length; place++) {
    const count = counts[place] ?? 0;
    if (count > 0) found.push({ value: values[place] ?? '', count });
  }
  return found.toSorted((a, b) => b.count - a.count || (a.value < b.value ? -1 : 1));
}

/**
 * @param {string} field
 * @param {readonly string[]} values
 */
function rankValues(field, values) {
  const compare =
    field === 'kibana.alert.severity'
      ? (/** @type {string} */ a, /** @type {string} */ b) => SEVERITY.indexOf(a) - SEVERITY.indexOf(b)
      : values.every((value) => value === '' || /^-?\d+(?:\.\d+)?$/.test(value))
        ? (/** @type {string} */ a, /** @type {string} */ b) => Number(a) - Number(b)
        : (/** @type {string} */ a, /** @type {string} */ b) => (a < b ? -1 : a > b ? 1 : 0);
  const order = values.map((_, place) => place).toSorted((a, b) => compare(values[a] ?? '', values[b] ?? ''));
  const ranks = new Uint32Array(values.length);
  order.forEach((place, rank) => (ranks[place] = rank));
  return ranks;
}
