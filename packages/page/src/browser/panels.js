// The parts around the table: counts by value, rules that are noisy, the legend of the timeline.

import { counted, el } from '../view/tree.js';
import { countValues } from './arrange-rows.js';
import { shortName } from './grid.js';
import { kqlText, writeTerm } from './query.js';

const FACETS = [
  'kibana.alert.severity',
  'kibana.alert.rule.name',
  'host.name',
  'user.name',
  'kibana.alert.new_terms',
  'process.name',
  'process.parent.name',
  'coldhunt.baseline',
];
const FACET_VALUES = 8;
const DAY = 86_400_000;
/** What an exception of a noisy rule can be made of, the narrowest first. */
const QUIETING = ['process.command_line', 'process.parent.name', 'process.name', 'user.name', 'host.name'];

/**
 * @param {import('./table.js').Table} table
 * @param {Uint32Array} rows
 * @param {{ readonly query: string, readonly extra: string }} state
 */
export function facetPanels(table, rows, { query, extra }) {
  const fields = extra === '' || FACETS.includes(extra) ? FACETS : [extra, ...FACETS];
  return fields.map((field) => {
    const counts = countValues(table, rows, field);
    if (counts.length === 0 || (counts.length === 1 && counts[0]?.value === '')) return null;
    const shown = counts.slice(0, FACET_VALUES).map((entry) => facetValue(field, entry, query));
    const rest = counts.length - FACET_VALUES;
    const name = shortName(field);
    return el(
      'details',
      { class: 'facet', open: true },
      el('summary', {}, name, ' ', el('span', { class: 'soft' }, counts.length.toLocaleString('en-US'))),
      el('ul', {}, shown, rest > 0 ? el('li', { class: 'soft' }, `and ${counted(rest, 'other value')}`) : null),
    );
  });
}

/**
 * @param {string} field
 * @param {{ readonly value: string, readonly count: number }} entry
 * @param {string} query
 */
function facetValue(field, { value, count }, query) {
  if (value === '') return el('li', {}, el('span', { class: 'value soft' }, '(none)'), count);
  const term = writeTerm(field, value, false);
  const text = value.replaceAll('\n', ' · ').slice(0, 120);
  return el(
    'li',
    {},
    el(
      'button',
      {
        type: 'button',
        class: 'value',
        'data-do': 'term',
        'data-value': term,
        'aria-pressed': String(query.includes(term)),
      },
      text,
    ),
    el('span', { class: 'count' }, count),
    el(
      'button',
      {
        type: 'button',
        class: 'minus',
        'data-do': 'term',
        'data-value': `-${term}`,
        'aria-label': `leave out ${field} ${text}`,
      },
      '−',
    ),
  );
}

/**
 * @param {readonly { readonly value: string | null, readonly name: string, readonly kind: string, readonly count: number }[]} series
 * @param {string} field
 */
export function legend(series, field) {
  return el(
    'ul',
    { class: 'legend', 'aria-label': 'colours of the timeline' },
    series.map(({ value, name, kind, count }) => {
      const words = [
        el('span', { class: `swatch ${kind}`, 'aria-hidden': 'true' }),
        ` ${name.replaceAll('\n', ' · ').slice(0, 60)} `,
        el('b', {}, count),
      ];
      return el(
        'li',
        {},
        value === null || value === ''
          ? words
          : el('button', { type: 'button', 'data-do': 'term', 'data-value': writeTerm(field, value, false) }, words),
      );
    }),
    el('li', {}, el('span', { class: 'swatch hole', 'aria-hidden': 'true' }), ' nothing examined'),
    el('li', {}, el('span', { class: 'swatch history', 'aria-hidden': 'true' }), ' history'),
  );
}

/**
 * The rules that raised more than `limit` alerts in a day, each with what most of them have in common and the exceptions that would quiet it.
 * @param {import('./table.js').Table} table
 * @param {number} limit
 * @returns {readonly { readonly ruleId: string, readonly name: string, readonly most: number, readonly day: string, readonly rows: readonly number[] }[]}
 */
export function noisyRules(table, limit) {
  const { cells, values } = table.column('kibana.alert.rule.rule_id');
  /** @type {Map<number, { rows: number[], days: Map<number, number> }>} */
  const rules = new Map();
  for (let row = 0; row < table.rows; row++) {
    const place = cells[row] ?? 0;
    /** @type {{ rows: number[], days: Map<number, number> }} */
    const rule = rules.get(place) ?? { rows: [], days: new Map() };
    rules.set(place, rule);
    rule.rows.push(row);
    const day = Math.floor((table.times[row] ?? 0) / DAY);
    rule.days.set(day, (rule.days.get(day) ?? 0) + 1);
  }
  return [...rules].flatMap(([place, { rows, days }]) => {
    const [day = 0, most = 0] = [...days].toSorted((a, b) => b[1] - a[1])[0] ?? [];
    if (most <= limit) return [];
    const name = table.text('kibana.alert.rule.name', rows[0] ?? 0);
    return [{ ruleId: values[place] ?? '', name, most, day: new Date(day * DAY).toISOString().slice(0, 10), rows }];
  });
}

/**
 * @param {ReturnType<typeof noisyRules>} rules
 * @param {number} limit
 */
export function noisyPanels(rules, limit) {
  return rules.map(({ name, most, day, rows }, at) => {
    const days = `${most.toLocaleString('en-US')} of them on ${day} (more than ${limit.toLocaleString('en-US')} a day)`;
    const summary = el(
      'summary',
      {},
      el('b', {}, name),
      ` raised ${counted(rows.length, 'alert')}, ${days}: folded below`,
    );
    return el('details', { class: 'noisy', 'data-at': at }, summary, el('div', {}));
  });
}

/**
 * What most alerts of a rule have in common, and the exceptions that would quiet it.
 * @param {import('./table.js').Table} table
 * @param {readonly number[]} rows
 */
export function noiseOf(table, rows) {
  const tops = QUIETING.flatMap((field) => {
    const [top] = countValues(table, rows, field).filter(({ value }) => value !== '');
    return top === undefined ? [] : [{ field, ...top }];
  });
  const items = tops.map(({ field, value, count }) =>
    el(
      'li',
      {},
      el('span', { class: 'soft' }, `${share(count, rows.length)} have ${shortName(field)} `),
      el('code', {}, value.slice(0, 200)),
      el('br', {}),
      el('span', { class: 'soft' }, `would be quieted (${counted(count, 'alert')}) by `),
      el('code', {}, `--exclude-query ${shellQuoted(`${field}: ${kqlText(value)}`)}`),
    ),
  );
  return items.length === 0 ? el('p', { class: 'soft' }, 'Its alerts have nothing in common.') : el('ul', {}, items);
}

/** @param {string} text */
function shellQuoted(text) {
  return `'${text.replaceAll("'", String.raw`'\''`)}'`;
}

/**
 * @param {number} part
 * @param {number} whole
 */
function share(part, whole) {
  return `${Math.round((part / Math.max(1, whole)) * 100)} %`;
}
