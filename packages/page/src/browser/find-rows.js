// Terms and a span of time -> the rows that fulfil them. Each different value is looked at once, the rows only look up its mark.

import { valueTest } from './query.js';

/** Stands between the values of a column's search text; no term can hold it. */
const BETWEEN = '\u0001';

/** @type {WeakMap<import('./table.js').Column, { readonly text: string, readonly starts: Uint32Array }>} */
const searchTexts = new WeakMap();

/**
 * The columns of the terms must be loaded; words are looked for in those that are.
 * @param {import('./table.js').Table} table
 * @param {readonly import('./query.js').Term[]} terms
 * @param {{ readonly from: number, readonly to: number }} span milliseconds, the end not included
 * @returns {Uint32Array}
 */
export function findRows(table, terms, { from, to }) {
  const { rows, times } = table;
  const keep = new Uint8Array(rows);
  for (let row = 0; row < rows; row++) {
    const ms = times[row] ?? 0;
    keep[row] = ms >= from && ms < to ? 1 : 0;
  }
  for (const term of terms) {
    const hits = term.kind === 'field' ? fieldHits(table, term) : wordHits(table, term.text.toLowerCase());
    const unwanted = term.isNegated ? 1 : 0;
    for (let row = 0; row < rows; row++) if (hits[row] === unwanted) keep[row] = 0;
  }
  let found = 0;
  const result = new Uint32Array(rows);
  for (let row = 0; row < rows; row++) if (keep[row] === 1) result[found++] = row;
  return result.slice(0, found);
}

/**
 * @param {import('./table.js').Table} table
 * @param {import('./query.js').FieldTerm} term
 */
function fieldHits(table, { field, value }) {
  const { values, cells } = table.column(field);
  const fits = valueTest(value);
  const marks = Uint8Array.from(values, (text, place) => (place > 0 && fits(text) ? 1 : 0));
  const hits = new Uint8Array(table.rows);
  for (let row = 0; row < table.rows; row++) hits[row] = marks[cells[row] ?? 0] ?? 0;
  return hits;
}

/**
 * @param {import('./table.js').Table} table
 * @param {string} word in lower case
 */
function wordHits(table, word) {
  const hits = new Uint8Array(table.rows);
  for (const column of table.loaded()) {
    const marks = markedValues(column, word);
    if (marks === null) continue;
    for (let row = 0; row < table.rows; row++) if (marks[column.cells[row] ?? 0] === 1) hits[row] = 1;
  }
  return hits;
}

/**
 * The values that hold a word; null: none does.
 * @param {import('./table.js').Column} column
 * @param {string} word
 */
function markedValues(column, word) {
  const { text, starts } = searchTextOf(column);
  let at = text.indexOf(word);
  if (at === -1) return null;
  const marks = new Uint8Array(column.values.length);
  while (at !== -1) {
    const place = lastAtOrBefore(starts, at);
    marks[place] = 1;
    const next = starts[place + 1];
    at = next === undefined ? -1 : text.indexOf(word, next);
  }
  return marks;
}

/** Made once for each column; ahead of the first search it costs nobody any time. @param {import('./table.js').Column} column */
export function searchTextOf(column) {
  const known = searchTexts.get(column);
  if (known !== undefined) return known;
  const starts = new Uint32Array(column.values.length);
  let at = 0;
  const lowered = column.values.map((value, place) => {
    starts[place] = at;
    const lower = value.toLowerCase();
    at += lower.length + 1;
    return lower;
  });
  const made = { text: lowered.join(BETWEEN), starts };
  searchTexts.set(column, made);
  return made;
}

/**
 * @param {Uint32Array} starts
 * @param {number} at
 */
function lastAtOrBefore(starts, at) {
  let low = 0;
  let high = starts.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((starts[middle] ?? 0) <= at) low = middle;
    else high = middle - 1;
  }
  return low;
}
