// The frame of the alerts' view: what is made once and then only filled.

import { el } from '../view/tree.js';
import { shortName } from './grid.js';

export const SERIES_FIELDS = [
  'kibana.alert.severity',
  'kibana.alert.rule.name',
  'host.name',
  'user.name',
  'coldhunt.baseline',
];
/** @type {Readonly<Record<string, string>>} */
export const GROUPINGS = {
  '-': 'no grouping',
  'kibana.alert.rule.name,kibana.alert.new_terms': 'rule and terms',
  'kibana.alert.rule.name': 'rule',
  'host.name': 'host',
  'user.name': 'user',
  'kibana.alert.new_terms': 'terms',
};

/**
 * @param {readonly string[]} fields all fields of the alerts
 * @param {readonly string[]} groupBy the grouping at first
 */
export function skeleton(fields, groupBy) {
  const first = groupBy.join(',');
  const groupings = { ...GROUPINGS, ...(first === '' || Object.hasOwn(GROUPINGS, first) ? {} : { [first]: first }) };
  return [
    el(
      'div',
      { id: 'view-alerts' },
      el('h2', {}, 'Alerts'),
      el(
        'form',
        { id: 'filter', role: 'search' },
        labelled(
          'Filter',
          el('input', {
            id: 'q',
            type: 'search',
            autocomplete: 'off',
            spellcheck: 'false',
            placeholder: 'words, field:value, -field:value, field:"a value", field:va*',
            list: 'field-names',
          }),
          'grow',
        ),
        labelled('From (UTC)', el('input', { id: 'from', type: 'text', size: 16, autocomplete: 'off' })),
        labelled('To', el('input', { id: 'to', type: 'text', size: 16, autocomplete: 'off' })),
        labelled(
          'Colours',
          select(
            'by',
            SERIES_FIELDS.map((field) => [field, shortName(field)]),
          ),
        ),
        labelled('Group by', select('group', Object.entries(groupings))),
        el('button', { type: 'button', 'data-do': 'clear' }, 'Clear'),
        el(
          'datalist',
          { id: 'field-names' },
          fields.map((field) => el('option', { value: `${field}:` })),
        ),
      ),
      el('div', { id: 'timeline', class: 'timeline brushable' }),
      el('div', { id: 'legend' }),
      el('p', { id: 'status', role: 'status' }),
      el('div', { id: 'noisy' }),
      el(
        'div',
        { class: 'split' },
        el('div', { id: 'facets', role: 'group', 'aria-label': 'counts by value' }),
        el(
          'div',
          { class: 'results' },
          el(
            'div',
            { class: 'copy' },
            'Copy as ',
            [
              ['ndjson', 'NDJSON'],
              ['csv', 'CSV'],
              ['kql', 'KQL'],
              ['evidence', 'aws s3api get-object'],
            ].map(([format, name]) => [
              el('button', { type: 'button', 'data-do': 'copy', 'data-value': format }, name),
              ' ',
            ]),
            labelled(
              'Add a column',
              select('add', [['', 'choose'], ...fields.map((field) => /** @type {const} */ ([field, field]))]),
            ),
            el('span', { id: 'chosen' }),
          ),
          el('div', { id: 'grid', class: 'scroller' }),
        ),
      ),
    ),
    el('div', { id: 'view-page' }),
    el('p', { id: 'said', role: 'status', class: 'said' }),
  ];
}

/**
 * @param {string} words
 * @param {import('../view/tree.js').Branch} control
 * @param {string} [kind]
 */
function labelled(words, control, kind = '') {
  return el('label', { class: kind }, el('span', {}, words), control);
}

/**
 * @param {string} id
 * @param {readonly (readonly [string, string])[]} options
 */
function select(id, options) {
  return el(
    'select',
    { id },
    options.map(([value, name]) => el('option', { value }, name)),
  );
}
