// What an alert says of its memory: new terms and their window, what was counted, what it suppresses, and how far the baseline can be trusted.

import { el, counted } from './tree.js';
import { objectsOf, textOf } from './alert-fields.js';

/** @type {ReadonlyMap<string, string>} */
const BASELINE = new Map([
  ['complete', 'the whole history window before the event was examined'],
  ['partial', 'part of the history window before the event was not examined: it may have been seen then'],
  ['cold', 'nothing earlier was examined: it may have been seen before'],
]);
/** @type {ReadonlyMap<string, string>} */
const COUNTED_BASELINE = new Map([
  ['complete', 'the whole window that was counted was examined'],
  ['partial', 'part of the window that was counted was not examined: there may be more events'],
  ['cold', 'nothing earlier was examined: there may be more events'],
]);

/**
 * @param {import('./alert-fields.js').JsonObject} document
 * @param {import('./alert-fields.js').Fields} fields
 * @param {{ readonly termFields: readonly string[], readonly window: string | null, readonly lastSeen?: number | null | undefined }} rule `lastSeen`: milliseconds; null: never, in what was read; absent: not known
 * @returns {readonly import('./tree.js').Tree[]}
 */
export function whyNew(document, fields, rule) {
  return [
    newTerms(fields, rule),
    countedEvents(document, fields),
    suppressedAlerts(document, fields),
    baseline(fields),
  ];
}

/**
 * @param {import('./alert-fields.js').Fields} fields
 * @param {{ readonly termFields: readonly string[], readonly window: string | null, readonly lastSeen?: number | null | undefined }} rule
 */
function newTerms(fields, { termFields, window, lastSeen }) {
  const terms = fields.get('kibana.alert.new_terms') ?? [];
  if (terms.length === 0) return null;
  const pairs = terms.flatMap((term, index) => [
    index === 0 ? '' : ', ',
    termFields[index] === undefined ? '' : el('span', { class: 'soft' }, `${termFields[index]} `),
    el('b', { class: 'mono' }, term),
  ]);
  return el(
    'p',
    {},
    'New: ',
    pairs,
    window === null ? '.' : `. Not seen in the ${window} before, by any event that satisfies the same query.`,
    lastSeen === undefined
      ? ''
      : lastSeen === null
        ? ' Last seen before: never, in what was read.'
        : ` Last seen before: ${new Date(lastSeen).toISOString()}.`,
  );
}

/**
 * @param {import('./alert-fields.js').JsonObject} document
 * @param {import('./alert-fields.js').Fields} fields
 */
function countedEvents(document, fields) {
  if (!isCounted(fields)) return null;
  const terms = objectsOf(document, 'kibana.alert.threshold_result.terms');
  const different = objectsOf(document, 'kibana.alert.threshold_result.cardinality').map(({ field, value }) => [
    ', with ',
    el('b', {}, String(value)),
    ' different values of ',
    el('span', { class: 'mono' }, String(field)),
  ]);
  return el(
    'p',
    {},
    'Counted: ',
    el('b', {}, counted(Number(textOf(fields, 'kibana.alert.threshold_result.count')), 'event')),
    terms.length === 0 ? ' in all' : terms.map((term, index) => [index === 0 ? ' of ' : ', ', pair(term)]),
    ` from ${textOf(fields, 'kibana.alert.threshold_result.from')} to ${textOf(fields, 'kibana.alert.original_time')}`,
    different,
    '. What follows is of the last of them.',
  );
}

/**
 * @param {import('./alert-fields.js').JsonObject} document
 * @param {import('./alert-fields.js').Fields} fields
 */
function suppressedAlerts(document, fields) {
  const count = Number(textOf(fields, 'kibana.alert.suppression.docs_count'));
  if (!(count > 0)) return null;
  const terms = objectsOf(document, 'kibana.alert.suppression.terms');
  return el(
    'p',
    {},
    'Suppresses ',
    el('b', {}, counted(count, 'further alert')),
    terms.map((term, index) => [index === 0 ? ' of ' : ', ', pair(term)]),
    ` up to ${textOf(fields, 'kibana.alert.suppression.end')}.`,
  );
}

/** @param {import('./alert-fields.js').Fields} fields */
function baseline(fields) {
  const state = textOf(fields, 'coldhunt.baseline');
  if (state === '') return null;
  const meaning = (isCounted(fields) ? COUNTED_BASELINE : BASELINE).get(state) ?? '';
  const reason = textOf(fields, 'coldhunt.baseline_reason');
  const because = reason === '' || state === 'cold' ? '' : ` (${reason})`;
  return el('p', {}, 'Baseline ', el('b', {}, state), `: ${meaning}${because}.`);
}

/** @param {import('./alert-fields.js').Fields} fields */
function isCounted(fields) {
  return fields.has('kibana.alert.threshold_result.count');
}

/** @param {import('./alert-fields.js').JsonObject} term */
function pair({ field, value }) {
  const values = Array.isArray(value) ? value : [value];
  const text = values.map((entry) => (entry === null || entry === undefined ? '(no value)' : String(entry))).join(', ');
  return el('span', { class: 'mono' }, `${String(field)} ${text}`);
}
