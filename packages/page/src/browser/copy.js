// What is found, as text for the clipboard: NDJSON, CSV, KQL, or the commands that fetch the evidence.

import { fieldsOf, objectsOf, parseAlert, textOf } from '../view/alert-fields.js';
import { evidenceCommand } from '../view/evidence.js';
import { kqlText, toKql } from './query.js';
import { TIME } from './arrange-rows.js';
import { preciseTime } from './grid.js';

/** Whole documents that are copied at once. */
export const COPIED_DOCUMENTS = 5_000;

/**
 * @param {string} format
 * @param {{ readonly table: import('./table.js').Table, readonly rows: readonly number[], readonly columns: readonly string[], readonly terms: readonly import('./query.js').Term[] }} found
 * @returns {Promise<string>}
 */
export async function textToCopy(format, { table, rows, columns, terms }) {
  if (format === 'csv') return csvOf(table, rows, columns);
  if (format === 'kql' && rows.length !== 1) return toKql(terms);
  const documents = (await table.documents(rows.slice(0, COPIED_DOCUMENTS))).filter((line) => line !== null);
  if (format === 'ndjson') return documents.map((line) => `${line}\n`).join('');
  if (format === 'kql') return documents.map((line) => eventKql(line)).join('');
  return documents.map((line) => `${evidenceCommand(objectsOf(parseAlert(line), 'coldhunt.evidence')[0])}\n`).join('');
}

/**
 * Puts a text on the clipboard; false where the browser does not let a page do so.
 * @param {string} text
 */
export async function copyText(text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    const area = document.createElement('textarea');
    area.value = text;
    area.setAttribute('aria-label', 'text to copy');
    document.body.append(area);
    area.select();
    const isDone = document.execCommand('copy');
    area.remove();
    return isDone;
  }
}

/**
 * No cell is run as a formula (CWE-1236).
 * @param {string} text
 */
export function csvCell(text) {
  const isFormula = /^\s*[=+\-@\t\r|%\uff1d\uff0b\uff0d\uff20]/.test(text) && !/^-?\d+(?:\.\d+)?$/.test(text);
  const safe = isFormula ? `'${text}` : text;
  return /[",\r\n]/.test(safe) || safe !== safe.trim() ? `"${safe.replaceAll('"', '""')}"` : safe;
}

/**
 * @param {import('./table.js').Table} table
 * @param {readonly number[]} rows
 * @param {readonly string[]} columns
 */
function csvOf(table, rows, columns) {
  const lines = rows.map((row) =>
    columns
      .map((field) => csvCell(field === TIME ? preciseTime(table.times[row] ?? 0) : table.text(field, row)))
      .join(','),
  );
  return `${[columns.join(','), ...lines].join('\r\n')}\r\n`;
}

/**
 * A query that finds the event of an alert.
 * @param {string} line
 */
function eventKql(line) {
  const document = parseAlert(line);
  const fields = fieldsOf(document);
  const names = ['event.id', 'process.entity_id', 'host.id', 'host.name']
    .filter((name) => fields.has(name))
    .slice(0, 3);
  const time = textOf(fields, 'kibana.alert.original_time') || textOf(fields, TIME);
  const clauses = names.map((name) => `${name}: ${kqlText(fields.get(name)?.[0] ?? '')}`);
  return [`${TIME}: ${kqlText(time)}`, ...clauses].join(' and ');
}
