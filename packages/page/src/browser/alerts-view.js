// The view of all alerts: what was found is drawn as timeline, counts by value, and a table of rows or groups.

import { chooseSeries } from '../view/choose-series.js';
import { timeText } from '../view/timeline.js';
import { counted, el, figure } from '../view/tree.js';
import { countValues, groupRows, TIME } from './arrange-rows.js';
import { drawTimeline } from './draw-timeline.js';
import { createGrid, preciseTime, shortName } from './grid.js';
import { mount } from './mount.js';
import { fill, part } from './page-part.js';
import { facetPanels, legend } from './panels.js';

export const COLUMNS = [
  TIME,
  'kibana.alert.severity',
  'kibana.alert.rule.name',
  'host.name',
  'user.name',
  'kibana.alert.new_terms',
  'process.name',
  'process.command_line',
];

/**
 * @typedef {{
 *   readonly state: import('./address.js').State, readonly rows: Uint32Array, readonly columns: readonly string[], readonly groupBy: readonly string[],
 *   readonly span: { readonly from: number, readonly to: number },
 * }} Found
 */

/**
 * @param {import('./pages.js').Surroundings} surroundings
 * @param {{ readonly from: number, readonly to: number }} whole the time of the hunt
 */
export function createAlertsView({ index, table, linkTo }, whole) {
  const grid = createGrid(part('grid'), table);
  /** @type {Set<string>} */
  const openGroups = new Set();
  /** @type {Found | null} */
  let found = null;
  /** @type {readonly import('./arrange-rows.js').Group[]} */
  let groups = [];

  /** @returns {import('./grid.js').Item[]} */
  function items() {
    if (found === null) return [];
    if (found.groupBy.length === 0) return Array.from(found.rows, (row) => ({ kind: 'alert', row }));
    return groups.flatMap((group, at) => {
      const isOpen = openGroups.has(group.values.join('\n'));
      /** @type {import('./grid.js').Item} */
      const head = { kind: 'group', at, isOpen };
      return [head, ...(isOpen ? group.rows.map((row) => /** @type {const} */ ({ kind: 'alert', row })) : [])];
    });
  }

  /** @param {number} at */
  function describeGroup(at) {
    const { values, rows } = groups[at] ?? { values: [], rows: [] };
    const text = values.map((value) => (value === '' ? '(none)' : value.replaceAll('\n', ' · '))).join(' · ');
    let first = Infinity;
    let last = -Infinity;
    for (const row of rows) {
      const ms = table.times[row] ?? 0;
      if (ms < first) first = ms;
      if (ms > last) last = ms;
    }
    const times = first === last ? preciseTime(first) : `${timeText(first)} – ${timeText(last)}`;
    return { text, note: `${counted(rows.length, 'alert')}${baselines(rows)}, ${times}` };
  }

  /** @param {readonly number[]} rows */
  function baselines(rows) {
    const doubtful = countValues(table, rows, 'coldhunt.baseline').filter(
      ({ value }) => value === 'partial' || value === 'cold',
    );
    const words = doubtful.map(({ value, count }) => `${figure(count)} ${value}`);
    return words.length === 0 ? '' : ` (${words.join(', ')})`;
  }

  function showGrid() {
    if (found === null) return;
    const linkToAlert = (/** @type {number} */ row) => linkTo({ view: 'alert', id: String(row) });
    grid.show({ items: items(), columns: found.columns, sort: found.state.sort, linkTo: linkToAlert, describeGroup });
  }

  function drawPicture() {
    if (found === null) return;
    const { state, rows, span } = found;
    const series = chooseSeries(countValues(table, rows, state.by), state.by);
    const box = part('timeline');
    const width = Math.max(320, box.clientWidth);
    mount(box, drawTimeline({ index, table }, { rows, series, field: state.by, span, width }));
    mount(part('legend'), legend(series, state.by));
  }

  /** @param {number} shown */
  function statusText(shown) {
    const { total, rows } = index.table;
    const words = shown === rows ? counted(shown, 'alert') : `${figure(shown)} of ${counted(rows, 'alert')}`;
    if (total === rows) return `${words}.`;
    return `${words}. This page holds the first ${figure(rows)} of ${counted(total, 'alert')}; all of them stand in alerts.ndjson beside it.`;
  }

  addEventListener('resize', () => {
    if (!part('view-alerts').hidden) drawPicture();
  });

  return {
    /** @param {Found} next */
    show(next) {
      found = next;
      const { state, rows, columns, groupBy } = next;
      fill('q', state.q);
      fill('from', state.from === '' ? timeText(whole.from) : state.from);
      fill('to', state.to === '' ? timeText(whole.to) : state.to);
      fill('by', state.by);
      fill('group', groupBy.length === 0 ? '-' : groupBy.join(','));
      fill('add', '');
      drawPicture();
      mount(part('status'), statusText(rows.length));
      const extra = columns.findLast((field) => !COLUMNS.includes(field)) ?? '';
      mount(part('facets'), facetPanels(table, rows, { query: state.q, extra }));
      mount(part('chosen'), state.cols === '' ? null : columns.map((field) => dropButton(field)));
      groups = groupBy.length === 0 ? [] : groupRows(table, rows, groupBy);
      showGrid();
    },
    /** Opens or closes a group, and leaves the focus on it. @param {number} at */
    toggle(at) {
      const key = groups[at]?.values.join('\n') ?? '';
      if (!openGroups.delete(key)) openGroups.add(key);
      showGrid();
      const button = document.querySelector(`#grid button[data-do="toggle"][data-value="${at}"]`);
      if (button instanceof HTMLElement) button.focus({ preventScroll: true });
    },
    /** What could not be read must not look as if nothing was found. @param {string} words */
    fail(words) {
      part('status').textContent = words;
      mount(part('grid'), null);
    },
  };
}

/** @param {string} field */
function dropButton(field) {
  const label = `take the column ${field} away`;
  return [
    ' ',
    el(
      'button',
      { type: 'button', 'data-do': 'drop', 'data-value': field, 'aria-label': label },
      `${shortName(field)} ×`,
    ),
  ];
}
