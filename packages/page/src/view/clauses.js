// The explanation of an alert: each clause of the query, whether it holds, and the values that it met.

import { el } from './tree.js';
import { objectsOf } from './alert-fields.js';

/**
 * @typedef {{ readonly clause: string, readonly field: string, readonly holds: boolean, readonly values: readonly string[], readonly reason: string }} Clause
 */

/**
 * @param {import('./alert-fields.js').JsonObject} document
 * @returns {readonly Clause[]}
 */
export function clausesOf(document) {
  return objectsOf(document, 'coldhunt.explanation').map((entry) => ({
    clause: String(entry['clause'] ?? ''),
    field: String(entry['field'] ?? ''),
    holds: entry['holds'] !== false,
    values: Array.isArray(entry['values'])
      ? entry['values'].map((value) => (typeof value === 'object' ? JSON.stringify(value) : String(value)))
      : [],
    reason: String(entry['reason'] ?? ''),
  }));
}

/**
 * Those that hold first: what does not hold is the other side of an `or`.
 * @param {readonly Clause[]} clauses
 */
export function clauseTable(clauses) {
  if (clauses.length === 0) return el('p', { class: 'soft' }, 'No clause: the query matches every event.');
  const ordered = [...clauses.filter(({ holds }) => holds), ...clauses.filter(({ holds }) => !holds)];
  const heads = ['', 'clause', 'values met', 'reason'].map((head) =>
    el('th', { scope: 'col' }, head === '' ? 'holds' : head),
  );
  const rows = ordered.map(({ clause, holds, values, reason }) =>
    el(
      'tr',
      {},
      el('td', { class: holds ? 'hold' : 'soft' }, holds ? '✓ holds' : '✗ does not'),
      el('td', { class: 'mono' }, clause),
      el('td', { class: 'mono' }, values.join(' · ')),
      el('td', { class: 'soft' }, reason),
    ),
  );
  return el(
    'div',
    { class: 'scroll', tabindex: 0 },
    el('table', {}, el('thead', {}, el('tr', {}, heads)), el('tbody', {}, rows)),
  );
}
