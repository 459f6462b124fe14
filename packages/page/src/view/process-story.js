// The processes of an event as they came from one another, the arguments one by one with the clause that each satisfied.

import { el } from './tree.js';
import { textOf } from './alert-fields.js';

/** From the oldest to the process itself; the same one twice is told once. */
const GENERATIONS = [
  ['process.session_leader', 'session leader'],
  ['process.entry_leader', 'entry leader'],
  ['process.group_leader', 'group leader'],
  ['process.parent.parent', 'grandparent'],
  ['process.parent', 'parent'],
  ['process', 'process'],
];

/**
 * Null for an event without a process.
 * @param {import('./alert-fields.js').Fields} fields
 * @param {readonly import('./clauses.js').Clause[]} clauses
 */
export function processStory(fields, clauses) {
  /** @type {Set<string>} */
  const told = new Set();
  const self = identity(fields, 'process');
  const parent = identity(fields, 'process.parent');
  const steps = GENERATIONS.flatMap(([path = '', role = '']) => {
    const name = textOf(fields, `${path}.name`) || textOf(fields, `${path}.executable`);
    const line = textOf(fields, `${path}.command_line`);
    if (name === '' && line === '') return [];
    const id = identity(fields, path);
    const isKin = path === 'process' || path === 'process.parent';
    if (id !== '' && (told.has(id) || (!isKin && (id === self || id === parent)))) return [];
    told.add(id);
    return [step(fields, path, role, clauses)];
  });
  return steps.length === 0 ? null : el('ol', { class: 'chain' }, steps);
}

/**
 * @param {import('./alert-fields.js').Fields} fields
 * @param {string} path
 * @param {string} role
 * @param {readonly import('./clauses.js').Clause[]} clauses
 */
function step(fields, path, role, clauses) {
  const executable = textOf(fields, `${path}.executable`);
  const name = textOf(fields, `${path}.name`);
  const pid = textOf(fields, `${path}.pid`);
  const user = textOf(fields, `${path}.user.name`);
  const line = textOf(fields, `${path}.command_line`);
  const args = fields.get(`${path}.args`) ?? [];
  return el(
    'li',
    {},
    el('span', { class: 'role' }, role),
    ' ',
    el('b', { class: 'mono' }, name || executable),
    executable === '' || executable === name ? null : el('span', { class: 'mono soft' }, ` ${executable}`),
    pid === '' ? null : el('span', { class: 'soft' }, ` pid ${pid}`),
    user === '' ? null : el('span', { class: 'soft' }, ` as ${user}`),
    line === '' ? null : el('pre', {}, line),
    path === 'process' && args.length > 0
      ? el(
          'ol',
          { class: 'arguments' },
          args.map((arg) => el('li', {}, el('code', {}, arg), satisfied(clauses, `${path}.args`, arg))),
        )
      : null,
  );
}

/**
 * @param {readonly import('./clauses.js').Clause[]} clauses
 * @param {string} field
 * @param {string} value
 */
function satisfied(clauses, field, value) {
  const met = clauses.filter((clause) => clause.holds && clause.field === field && clause.values.includes(value));
  return met.map(({ clause }) => el('span', { class: 'met' }, ' ✓ ', el('span', { class: 'mono' }, clause)));
}

/**
 * @param {import('./alert-fields.js').Fields} fields
 * @param {string} path
 */
function identity(fields, path) {
  return textOf(fields, `${path}.entity_id`) || textOf(fields, `${path}.pid`);
}
