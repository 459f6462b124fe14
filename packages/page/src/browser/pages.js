// The pages of one alert, one host and one rule.

import { alertStory, severityBadge } from '../view/alert-story.js';
import { fieldsOf, parseAlert, textOf } from '../view/alert-fields.js';
import { chooseSeries } from '../view/choose-series.js';
import { highlightQuery } from '../view/highlight-query.js';
import { prettyJson } from '../view/pretty-json.js';
import { counted, el } from '../view/tree.js';
import { countValues } from './arrange-rows.js';
import { preciseTime } from './grid.js';
import { legend, noiseOf } from './panels.js';
import { drawTimeline } from './draw-timeline.js';

const DAY = 86_400_000;
const LISTED = 500;
const AROUND = 50;
/** @type {ReadonlyMap<string, string>} */
const VERDICTS = new Map([
  ['known', 'known: its terms were seen before'],
  ['copy', 'a copy of another match'],
  ['history', 'before the range: it is remembered'],
  ['excepted', 'an exception takes it out'],
  ['suppressed', 'another alert holds it'],
  ['unkeyed', 'it lacks a term'],
  ['counted', 'counted by a threshold'],
  ['below', 'below the threshold'],
]);

/**
 * @typedef {{
 *   readonly index: import('../page-data.ts').PageIndex,
 *   readonly table: import('./table.js').Table,
 *   readonly matches: () => Promise<import('./matches.js').Matches | null>,
 *   readonly linkTo: (change: Partial<import('./address.js').State>) => string,
 * }} Surroundings
 */

/**
 * @param {Surroundings} surroundings
 * @param {number} row
 * @param {{ readonly before?: number, readonly after?: number }} neighbours rows before and after it, as the table is sorted
 */
export async function alertPage({ index, table, matches, linkTo }, row, { before, after }) {
  const [line = null] = row < table.rows ? await table.documents([row]) : [null];
  if (line === null) {
    const words =
      row < table.rows
        ? 'The whole document of this alert is not in this page: it stands in alerts.ndjson beside it.'
        : 'There is no such alert.';
    return [title('Alert', linkTo), el('p', {}, words)];
  }
  const document = parseAlert(line);
  const fields = fieldsOf(document);
  const ruleId = textOf(fields, 'kibana.alert.rule.rule_id');
  const rule = index.rules.find((entry) => entry.rule_id === ruleId);
  const host = textOf(fields, 'host.name');
  return [
    title(textOf(fields, 'kibana.alert.rule.name') || 'Alert', linkTo),
    el(
      'p',
      {},
      severityBadge(textOf(fields, 'kibana.alert.severity')),
      ' ',
      el('span', { class: 'mono' }, textOf(fields, '@timestamp')),
      ' ',
      el('a', { href: linkTo({ view: 'host', id: host }) }, host || '(no host.name)'),
      ' ',
      el('a', { href: linkTo({ view: 'rule', id: ruleId }) }, 'rule'),
      before === undefined
        ? null
        : [' ', el('a', { href: linkTo({ view: 'alert', id: String(before) }), rel: 'prev' }, '← before')],
      after === undefined
        ? null
        : [' ', el('a', { href: linkTo({ view: 'alert', id: String(after) }), rel: 'next' }, 'after →')],
    ),
    copyButtons(),
    alertStory(document, {
      termFields: rule?.termFields ?? [],
      window: rule?.window ?? null,
      lastSeen: (await matches())?.lastSeen(fields),
    }),
    el('h3', {}, 'What else this host did in the terms of the rules, a day before and after'),
    around(table, row, linkTo),
    rule === undefined || rule.note === null
      ? null
      : el('details', {}, el('summary', {}, 'Triage guide'), el('div', {}, el('pre', {}, rule.note))),
    el('details', {}, el('summary', {}, 'Raw document'), el('div', {}, el('pre', { class: 'raw' }, prettyJson(line)))),
  ];
}

/**
 * @param {Surroundings} surroundings
 * @param {string} host
 */
export async function hostPage(surroundings, host) {
  const { index, table, matches, linkTo } = surroundings;
  const quiet = (await matches())?.ofHost(host) ?? null;
  const { cells, values } = table.column('host.name');
  const place = values.indexOf(host);
  const rows = rowsWith(cells, place < 0 ? 0 : place);
  const field = 'kibana.alert.rule.name';
  const series = chooseSeries(countValues(table, rows, field), field);
  return [
    title(host === '' ? 'Alerts without host.name' : `Host ${host}`, linkTo),
    el(
      'p',
      {},
      counted(rows.length, 'alert'),
      rows.length === 0
        ? '.'
        : `, from ${preciseTime(table.times[rows[0] ?? 0] ?? 0)} to ${preciseTime(table.times[rows.at(-1) ?? 0] ?? 0)} (UTC).`,
    ),
    el(
      'div',
      { class: 'timeline' },
      drawTimeline(surroundings, { rows, series, field, span: null, quiet: (quiet ?? []).map(({ ms }) => ms) }),
    ),
    legend(series, field),
    list(table, rows, linkTo),
    quietMatches(quiet, index),
  ];
}

/**
 * @param {readonly import('./matches.js').QuietMatch[] | null} quiet
 * @param {import('../page-data.ts').PageIndex} index
 */
function quietMatches(quiet, index) {
  const head = el('h3', {}, 'Matches without an alert');
  if (quiet === null)
    return [
      head,
      el('p', { class: 'soft' }, 'They are not in this page: ', el('code', {}, 'coldhunt matches'), ' tells each.'),
    ];
  if (quiet.length === 0) return [head, el('p', {}, 'None.')];
  const names = new Map(index.rules.map(({ rule_id, name }) => [rule_id, name]));
  const heads = ['time (UTC)', 'rule', 'what became of it'].map((text) => el('th', { scope: 'col' }, text));
  const lines = quiet
    .slice(0, LISTED)
    .map(({ ms, ruleId, verdict }) =>
      el(
        'tr',
        {},
        el('td', {}, preciseTime(ms)),
        el('td', {}, names.get(ruleId) ?? ruleId),
        el('td', {}, VERDICTS.get(verdict) ?? verdict),
      ),
    );
  const rest = quiet.length - LISTED;
  return [
    head,
    el(
      'div',
      { class: 'scroll', tabindex: 0, role: 'region', 'aria-label': 'matches without an alert' },
      el('table', {}, el('thead', {}, el('tr', {}, heads)), el('tbody', {}, lines)),
    ),
    rest > 0 ? el('p', { class: 'soft' }, `and ${counted(rest, 'more', 'more')}`) : null,
  ];
}

/**
 * @param {Surroundings} surroundings
 * @param {string} ruleId
 */
export function rulePage(surroundings, ruleId) {
  const { index, table, linkTo } = surroundings;
  const rule = index.rules.find((entry) => entry.rule_id === ruleId);
  const { cells, values } = table.column('kibana.alert.rule.rule_id');
  const place = values.indexOf(ruleId);
  const rows = place < 1 ? [] : rowsWith(cells, place);
  const days = new Set(rows.map((row) => Math.floor((table.times[row] ?? 0) / DAY))).size;
  const series = chooseSeries(countValues(table, rows, 'host.name'), 'host.name');
  return [
    title(rule?.name ?? ruleId, linkTo),
    el('p', { class: 'mono soft' }, ruleId),
    rule === undefined
      ? null
      : el(
          'p',
          {},
          severityBadge(rule.severity),
          ` ${rule.type.replaceAll('_', ' ')}`,
          rule.termFields.length === 0 ? '' : ` of ${rule.termFields.join(', ')}`,
          rule.window === null ? '' : `, ${rule.window}`,
        ),
    el(
      'p',
      {},
      counted(rule?.alerts ?? rows.length, 'alert'),
      days === 0
        ? '.'
        : ` on ${counted(days, 'day')} and ${counted(countValues(table, rows, 'host.name').length, 'host')}.`,
    ),
    rule === undefined ? null : highlightQuery(rule.query),
    rows.length === 0
      ? null
      : [
          el(
            'div',
            { class: 'timeline' },
            drawTimeline(surroundings, { rows, series, field: 'host.name', span: null }),
          ),
          legend(series, 'host.name'),
          el('h3', {}, 'Noise'),
          noiseOf(table, rows),
          el('h3', {}, 'Alerts'),
          list(table, rows, linkTo),
        ],
    rule === undefined || rule.note === null
      ? null
      : el('details', {}, el('summary', {}, 'Triage guide'), el('div', {}, el('pre', {}, rule.note))),
  ];
}

/**
 * @param {string} text
 * @param {Surroundings['linkTo']} linkTo
 */
function title(text, linkTo) {
  return [
    el('p', {}, el('a', { href: linkTo({ view: 'alerts', id: '' }) }, '← all alerts')),
    el('h2', { tabindex: -1 }, text),
  ];
}

function copyButtons() {
  const formats = [
    ['ndjson', 'NDJSON'],
    ['kql', 'KQL'],
    ['evidence', 'aws s3api get-object'],
  ];
  return el(
    'p',
    { class: 'copy' },
    'Copy as ',
    formats.map(([format, name]) => [
      el('button', { type: 'button', 'data-do': 'copy', 'data-value': format }, name),
      ' ',
    ]),
  );
}

/**
 * @param {import('./table.js').Table} table
 * @param {number} row
 * @param {Surroundings['linkTo']} linkTo
 */
function around(table, row, linkTo) {
  const { cells } = table.column('host.name');
  const ms = table.times[row] ?? 0;
  const rows = [];
  for (let other = 0; other < table.rows && rows.length < AROUND; other++) {
    if (other !== row && cells[other] === cells[row] && Math.abs((table.times[other] ?? 0) - ms) <= DAY)
      rows.push(other);
  }
  return rows.length === 0 ? el('p', { class: 'soft' }, 'No other alert.') : list(table, rows, linkTo);
}

/**
 * @param {import('./table.js').Table} table
 * @param {readonly number[]} rows
 * @param {Surroundings['linkTo']} linkTo
 */
function list(table, rows, linkTo) {
  const heads = ['time (UTC)', 'severity', 'rule', 'host', 'user', 'command line'].map((head) =>
    el('th', { scope: 'col' }, head),
  );
  const lines = rows
    .slice(0, LISTED)
    .map((row) =>
      el(
        'tr',
        {},
        el('td', {}, el('a', { href: linkTo({ view: 'alert', id: String(row) }) }, preciseTime(table.times[row] ?? 0))),
        el('td', {}, severityBadge(table.text('kibana.alert.severity', row))),
        el('td', {}, table.text('kibana.alert.rule.name', row)),
        el('td', {}, table.text('host.name', row)),
        el('td', {}, table.text('user.name', row)),
        el('td', { class: 'mono' }, table.text('process.command_line', row).slice(0, 300)),
      ),
    );
  const rest = rows.length - LISTED;
  return [
    el(
      'div',
      { class: 'scroll', tabindex: 0, role: 'region', 'aria-label': 'alerts' },
      el('table', {}, el('thead', {}, el('tr', {}, heads)), el('tbody', {}, lines)),
    ),
    rest > 0 ? el('p', { class: 'soft' }, `and ${counted(rest, 'more', 'more')}: filter the table for them`) : null,
  ];
}

/**
 * @param {Uint32Array} cells
 * @param {number} place
 */
function rowsWith(cells, place) {
  const rows = [];
  for (let row = 0; row < cells.length; row++) if (cells[row] === place) rows.push(row);
  return rows;
}
