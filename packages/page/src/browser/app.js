// What the reader does -> what is shown. One state, kept in the address; every change draws from it anew.

import { chooseSeries } from '../view/choose-series.js';
import { timeText } from '../view/timeline.js';
import { counted, el } from '../view/tree.js';
import { readAddress, writeAddress } from './address.js';
import { countValues, groupRows, sortRows, TIME } from './arrange-rows.js';
import { listenToBrush } from './brush.js';
import { COPIED_DOCUMENTS, copyText, textToCopy } from './copy.js';
import { drawTimeline, wholeSpan } from './draw-timeline.js';
import { findRows } from './find-rows.js';
import { createGrid, preciseTime, shortName } from './grid.js';
import { mount } from './mount.js';
import { alertPage, hostPage, rulePage } from './pages.js';
import { facetPanels, legend, noiseOf, noisyPanels, noisyRules } from './panels.js';
import { parseQuery } from './query.js';
import { skeleton } from './skeleton.js';

const COLUMNS = [
  TIME,
  'kibana.alert.severity',
  'kibana.alert.rule.name',
  'host.name',
  'user.name',
  'kibana.alert.new_terms',
  'process.name',
  'process.command_line',
];
/** More alerts than these are grouped at first. */
const FLOOD = 200;
/** The sections that stand in the page without a script, by the view that shows them. */
/** @type {Readonly<Record<string, readonly string[]>>} */
const SECTIONS = { rules: ['rules'], coverage: ['coverage'], asked: ['asked', 'work'] };

/**
 * @param {HTMLElement} root
 * @param {import('../page-data.ts').PageIndex} index
 * @param {import('./table.js').Table} table
 */
export function startApp(root, index, table) {
  mount(root, skeleton(table.fields, index.groupBy));
  const whole = wholeSpan({ index, table });
  const noisy = noisyRules(table, index.noisy);
  const grid = createGrid(part('grid'), table);
  mount(part('noisy'), noisyPanels(noisy, index.noisy));
  const startGroup = noisy.length > 0 || index.table.total > FLOOD ? index.groupBy.join(',') : '-';
  let state = readAddress(location.hash);
  /** @type {{ rows: Uint32Array, terms: readonly import('./query.js').Term[], groups: readonly import('./arrange-rows.js').Group[] }} */
  let found = { rows: new Uint32Array(), terms: [], groups: [] };
  /** @type {Set<string>} */
  const openGroups = new Set();
  let drawing = 0;

  /** @param {string} id */
  function part(id) {
    const element = root.ownerDocument.getElementById(id);
    if (element === null) throw new Error(`the page has no part ${id}`);
    return element;
  }

  /** @param {Partial<import('./address.js').State>} changes */
  const linkTo = (changes) => writeAddress({ ...state, ...changes });

  /** Stays on the page, as when a filter is typed. @param {Partial<import('./address.js').State>} changes */
  function change(changes) {
    history.replaceState(null, '', linkTo(changes));
    state = { ...state, ...changes };
    redraw();
  }

  function span() {
    const from = parseTime(state.from) ?? whole.from;
    const to = parseTime(state.to) ?? whole.to;
    return to > from ? { from, to } : whole;
  }

  /** What cannot be unpacked is told: a list that lacks something must not look whole. */
  function redraw() {
    draw().catch((error) => {
      part('status').textContent = error instanceof Error ? error.message : String(error);
      mount(part('grid'), null);
    });
  }

  async function draw() {
    const turn = ++drawing;
    for (const link of document.querySelectorAll('nav a')) {
      const isCurrent =
        link.getAttribute('data-view') ===
        (['alert', 'host'].includes(state.view) ? 'alerts' : state.view === 'rule' ? 'rules' : state.view);
      if (isCurrent) link.setAttribute('aria-current', 'page');
      else link.removeAttribute('aria-current');
    }
    for (const [view, ids] of Object.entries(SECTIONS)) for (const id of ids) part(id).hidden = view !== state.view;
    const isPage = ['alert', 'host', 'rule'].includes(state.view);
    part('view-alerts').hidden = isPage || state.view in SECTIONS;
    part('view-page').hidden = !isPage;
    if (state.view in SECTIONS) return;
    const terms = parseQuery(state.q, table.fields);
    await loadFor(terms);
    if (turn !== drawing) return;
    const limits = { from: parseTime(state.from) ?? -Infinity, to: parseTime(state.to) ?? Infinity };
    const sorted = sortRows(table, findRows(table, terms, limits), state.sort);
    found = { rows: sorted, terms, groups: [] };
    if (isPage) await drawPage(turn);
    else drawAlerts();
  }

  /** @param {readonly import('./query.js').Term[]} terms */
  async function loadFor(terms) {
    const needed = new Set([
      state.by,
      state.sort.replace(/^-/, ''),
      ...columns(),
      ...groupFields(),
      ...terms.flatMap((term) => (term.kind === 'field' ? [term.field] : [])),
    ]);
    const all = terms.some((term) => term.kind === 'word') ? table.fields : [...needed];
    const missing = all.filter((field) => !table.isLoaded(field));
    if (missing.length === 0) return;
    part('status').textContent = `reading ${counted(missing.length, 'more field')} …`;
    await table.load(missing);
  }

  function columns() {
    return state.cols === '' ? COLUMNS : state.cols.split(',');
  }

  function groupFields() {
    const group = state.group === '' ? startGroup : state.group;
    return group === '-' ? [] : group.split(',');
  }

  function drawAlerts() {
    const { rows } = found;
    const fields = groupFields();
    fill('q', state.q);
    fill('from', state.from === '' ? timeText(whole.from) : state.from);
    fill('to', state.to === '' ? timeText(whole.to) : state.to);
    fill('by', state.by);
    fill('group', fields.length === 0 ? '-' : fields.join(','));
    fill('add', '');
    const series = chooseSeries(countValues(table, rows, state.by), state.by);
    const box = part('timeline');
    mount(
      box,
      drawTimeline(
        { index, table },
        { rows, series, field: state.by, span: span(), width: Math.max(320, box.clientWidth) },
      ),
    );
    mount(part('legend'), legend(series, state.by));
    mount(part('status'), statusText(rows.length));
    mount(
      part('facets'),
      facetPanels(table, rows, {
        query: state.q,
        extra: columns().findLast((field) => !COLUMNS.includes(field)) ?? '',
      }),
    );
    mount(part('chosen'), chosenColumns());
    if (fields.length > 0) found.groups = groupRows(table, rows, fields);
    showGrid();
  }

  /** @param {number} shown */
  function statusText(shown) {
    const { total, rows } = index.table;
    const cut =
      total > rows
        ? ` This page holds the first ${rows.toLocaleString('en-US')} of ${counted(total, 'alert')}; all of them stand in alerts.ndjson beside it.`
        : '';
    return `${shown === rows ? counted(shown, 'alert') : `${shown.toLocaleString('en-US')} of ${counted(rows, 'alert')}`}.${cut}`;
  }

  function chosenColumns() {
    if (state.cols === '') return null;
    return columns().map((field) => [
      ' ',
      el(
        'button',
        { type: 'button', 'data-do': 'drop', 'data-value': field, 'aria-label': `take the column ${field} away` },
        `${shortName(field)} ×`,
      ),
    ]);
  }

  /**
   * @param {readonly string[]} fields
   * @returns {import('./grid.js').Item[]}
   */
  function itemsOf(fields) {
    if (fields.length === 0) return Array.from(found.rows, (row) => ({ kind: 'alert', row }));
    return found.groups.flatMap((group, at) => {
      const isOpen = openGroups.has(group.values.join('\n'));
      /** @type {import('./grid.js').Item} */
      const head = { kind: 'group', at, isOpen };
      return [head, ...(isOpen ? group.rows.map((row) => /** @type {const} */ ({ kind: 'alert', row })) : [])];
    });
  }

  /** @param {number} at */
  function describeGroup(at) {
    const { values, rows } = found.groups[at] ?? { values: [], rows: [] };
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

  function showGrid() {
    const link = (/** @type {number} */ row) => linkTo({ view: 'alert', id: String(row) });
    grid.show({ items: itemsOf(groupFields()), columns: columns(), sort: state.sort, linkTo: link, describeGroup });
  }

  /** @param {readonly number[]} rows */
  function baselines(rows) {
    const doubtful = countValues(table, rows, 'coldhunt.baseline').filter(
      ({ value }) => value === 'partial' || value === 'cold',
    );
    return doubtful.length === 0
      ? ''
      : ` (${doubtful.map(({ value, count }) => `${count.toLocaleString('en-US')} ${value}`).join(', ')})`;
  }

  /** @param {number} turn */
  async function drawPage(turn) {
    const page = part('view-page');
    const surroundings = { index, table, linkTo };
    const row = Number(state.id);
    const at = found.rows.indexOf(row);
    const neighbours = at === -1 ? {} : { before: found.rows[at - 1], after: found.rows[at + 1] };
    const tree =
      state.view === 'alert'
        ? await alertPage(surroundings, row, neighbours)
        : state.view === 'host'
          ? hostPage(surroundings, state.id)
          : rulePage(surroundings, state.id);
    if (turn !== drawing) return;
    mount(page, tree);
    scrollTo(0, 0);
    page.querySelector('h2')?.focus({ preventScroll: true });
  }

  /**
   * @param {string} id
   * @param {string} value
   */
  function fill(id, value) {
    const control = part(id);
    if (
      (control instanceof HTMLInputElement || control instanceof HTMLSelectElement) &&
      control.value !== value &&
      (control !== document.activeElement || control instanceof HTMLSelectElement)
    )
      control.value = value;
  }

  /** @param {string} term */
  function toggleTerm(term) {
    const opposite = term.startsWith('-') ? term.slice(1) : `-${term}`;
    const without = state.q.replace(opposite, ' ').replaceAll(/\s+/g, ' ').trim();
    const q = without.includes(term) ? without.replace(term, ' ') : `${without} ${term}`;
    const input = part('q');
    const next = q.trim();
    if (input instanceof HTMLInputElement) input.value = next;
    change({ q: next });
  }

  /** @param {string} format */
  async function copy(format) {
    const isAlert = state.view === 'alert';
    const rows = isAlert ? [Number(state.id)] : [...found.rows];
    const text = await textToCopy(format, { table, rows, columns: columns(), terms: found.terms });
    const isDone = await copyText(text);
    const isCut = (format === 'ndjson' || format === 'evidence') && rows.length > COPIED_DOCUMENTS;
    const what = isCut
      ? `the first ${COPIED_DOCUMENTS.toLocaleString('en-US')} of ${counted(rows.length, 'alert')}`
      : format === 'kql' && !isAlert
        ? 'the filter as KQL'
        : counted(rows.length, 'alert');
    part('said').textContent =
      text === ''
        ? 'There is nothing to copy.'
        : isDone
          ? `Copied ${what}.`
          : 'The browser does not let this page copy.';
  }

  /** @type {Readonly<Record<string, (value: string) => void>>} */
  const ACTIONS = {
    term: toggleTerm,
    sort: (field) => change({ sort: state.sort === field ? `-${field}` : field }),
    toggle: (value) => {
      const key = found.groups[Number(value)]?.values.join('\n') ?? '';
      if (!openGroups.delete(key)) openGroups.add(key);
      showGrid();
      const button = root.querySelector(`button[data-do="toggle"][data-value="${Number(value)}"]`);
      if (button instanceof HTMLElement) button.focus({ preventScroll: true });
    },
    copy: (format) => void copy(format),
    drop: (field) =>
      change({
        cols: columns()
          .filter((column) => column !== field)
          .join(','),
      }),
    clear: () => {
      const input = part('q');
      if (input instanceof HTMLInputElement) input.value = '';
      change({ q: '', from: '', to: '' });
    },
  };

  root.addEventListener('click', (event) => {
    const button = event.target instanceof Element ? event.target.closest('[data-do]') : null;
    const action = button === null ? undefined : ACTIONS[button.getAttribute('data-do') ?? ''];
    action?.(button?.getAttribute('data-value') ?? '');
  });
  // What a noisy rule's alerts have in common is worked out when somebody wants to know.
  part('noisy').addEventListener(
    'toggle',
    ({ target }) => {
      const rule =
        target instanceof HTMLDetailsElement && target.open ? noisy[Number(target.dataset['at'])] : undefined;
      const inside = target instanceof Element ? target.querySelector('div') : null;
      if (rule === undefined || inside === null) return;
      mount(inside, [
        el('p', {}, el('a', { href: linkTo({ view: 'rule', id: rule.ruleId }) }, 'the rule')),
        noiseOf(table, rule.rows),
      ]);
    },
    true,
  );
  part('filter').addEventListener('submit', (event) => event.preventDefault());
  root.addEventListener('input', (event) => {
    if (event.target instanceof HTMLInputElement && event.target.id === 'q') change({ q: event.target.value });
  });
  root.addEventListener('change', (event) => {
    const control = event.target;
    if (!(control instanceof HTMLInputElement || control instanceof HTMLSelectElement)) return;
    if (control.id === 'from' || control.id === 'to')
      change({ [control.id]: parseTime(control.value) === null ? '' : control.value.trim() });
    else if (control.id === 'by' || control.id === 'group') change({ [control.id]: control.value });
    else if (control.id === 'add' && control.value !== '')
      change({ cols: [...new Set([...columns(), control.value])].join(',') });
  });
  listenToBrush(part('timeline'), span, (from, to) => change({ from: timeText(from), to: timeText(to + 59_999) }));
  addEventListener('hashchange', () => {
    state = readAddress(location.hash);
    redraw();
  });
  addEventListener('resize', () => {
    if (!part('view-alerts').hidden) drawAlerts();
  });
  return draw();
}

/**
 * `2026-02-01`, `2026-02-01 10:00`, with or without `T`, seconds and `Z`; always UTC. Null: no time.
 * @param {string} text
 */
function parseTime(text) {
  const match = /^\s*(\d{4}-\d{2}-\d{2})(?:[T ](\d{2}:\d{2}(?::\d{2}(?:\.\d{1,3})?)?))?Z?\s*$/.exec(text);
  if (match === null) return null;
  const ms = Date.parse(`${match[1]}T${match[2] ?? '00:00'}Z`);
  return Number.isNaN(ms) ? null : ms;
}
