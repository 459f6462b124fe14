// What the reader does -> what is shown. One state, kept in the address; every change draws from it anew.

import { timeText } from '../view/timeline.js';
import { counted, el, figure } from '../view/tree.js';
import { readAddress, writeAddress } from './address.js';
import { COLUMNS, createAlertsView } from './alerts-view.js';
import { sortRows } from './arrange-rows.js';
import { listenToBrush } from './brush.js';
import { COPIED_DOCUMENTS, copyText, textToCopy } from './copy.js';
import { showView } from './current-view.js';
import { wholeSpan } from './draw-timeline.js';
import { findRows } from './find-rows.js';
import { createMatches } from './matches.js';
import { mount } from './mount.js';
import { part } from './page-part.js';
import { alertPage, hostPage, rulePage } from './pages.js';
import { noiseOf, noisyPanels, noisyRules } from './panels.js';
import { parseQuery } from './query.js';
import { skeleton } from './skeleton.js';

/** More alerts than these are grouped at first. */
const FLOOD = 200;

/**
 * @param {HTMLElement} root
 * @param {import('../page-data.ts').PageIndex} index
 * @param {import('./table.js').Table} table
 */
export function startApp(root, index, table) {
  mount(root, skeleton(table.fields, index.groupBy));
  const whole = wholeSpan({ index, table });
  const noisy = noisyRules(table, index.noisy);
  mount(part('noisy'), noisyPanels(noisy, index.noisy));
  const startGroup = noisy.length > 0 || index.table.total > FLOOD ? index.groupBy.join(',') : '-';
  let state = readAddress(location.hash);
  /** @type {{ readonly rows: Uint32Array, readonly terms: readonly import('./query.js').Term[] }} */
  let found = { rows: new Uint32Array(), terms: [] };
  let drawing = 0;

  /** @param {Partial<import('./address.js').State>} changes */
  const linkTo = (changes) => writeAddress({ ...state, ...changes });
  const surroundings = { index, table, linkTo, matches: createMatches(index.matches) };
  const view = createAlertsView(surroundings, whole);

  /** Stays on the page, as when a filter is typed. @param {Partial<import('./address.js').State>} changes */
  function change(changes) {
    history.replaceState(null, '', linkTo(changes));
    state = { ...state, ...changes };
    redraw();
  }

  /** What cannot be unpacked is told: a list that lacks something must not look whole. */
  function redraw() {
    draw().catch((error) => {
      const words = error instanceof Error ? error.message : String(error);
      view.fail(words);
      mount(part('view-page'), el('p', { role: 'alert', class: 'verdict incomplete' }, words));
    });
  }

  async function draw() {
    const turn = ++drawing;
    const kind = showView(state.view, (leadsTo) => linkTo({ view: leadsTo, id: '' }));
    if (kind !== 'section') {
      const terms = parseQuery(state.q, table.fields);
      await loadFor(terms);
      if (turn !== drawing) return;
      const limits = { from: parseTime(state.from) ?? -Infinity, to: parseTime(state.to) ?? Infinity };
      found = { rows: sortRows(table, findRows(table, terms, limits), state.sort), terms };
      if (kind === 'page') await drawPage(turn);
      else view.show({ state, rows: found.rows, columns: columns(), groupBy: groupFields(), span: span() });
    }
    if (turn === drawing) document.documentElement.dataset['shown'] = location.hash;
  }

  /** @param {readonly import('./query.js').Term[]} terms */
  async function loadFor(terms) {
    const named = terms.flatMap((term) => (term.kind === 'field' ? [term.field] : []));
    const needed = new Set([state.by, state.sort.replace(/^-/, ''), ...columns(), ...groupFields(), ...named]);
    const wanted = terms.some((term) => term.kind === 'word') ? table.fields : [...needed];
    const missing = wanted.filter((field) => !table.isLoaded(field));
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

  function span() {
    const from = parseTime(state.from) ?? whole.from;
    const to = parseTime(state.to) ?? whole.to;
    return to > from ? { from, to } : whole;
  }

  /** @param {number} turn */
  async function drawPage(turn) {
    const page = part('view-page');
    const row = Number(state.id);
    const at = found.rows.indexOf(row);
    const neighbours = at === -1 ? {} : { before: found.rows[at - 1], after: found.rows[at + 1] };
    const tree =
      state.view === 'alert'
        ? await alertPage(surroundings, row, neighbours)
        : state.view === 'host'
          ? await hostPage(surroundings, state.id)
          : rulePage(surroundings, state.id);
    if (turn !== drawing) return;
    mount(page, tree);
    scrollTo(0, 0);
    page.querySelector('h2')?.focus({ preventScroll: true });
  }

  /** @param {string} q */
  function search(q) {
    const input = part('q');
    if (input instanceof HTMLInputElement) input.value = q;
    change({ q });
  }

  /** Takes a term away that is there; its opposite gives way to it. @param {string} term */
  function toggleTerm(term) {
    const opposite = term.startsWith('-') ? term.slice(1) : `-${term}`;
    const parts = state.q.split(opposite).map((text) => text.trim());
    const without = parts.filter((text) => text !== '').join(' ');
    const isThere = without.includes(term) && !without.includes(`-${term}`);
    search(
      (isThere
        ? without
            .split(term)
            .map((text) => text.trim())
            .join(' ')
        : `${without} ${term}`
      ).trim(),
    );
  }

  /** @param {string} format */
  async function copy(format) {
    const isAlert = state.view === 'alert';
    const rows = isAlert ? [Number(state.id)] : [...found.rows];
    const text = await textToCopy(format, { table, rows, columns: columns(), terms: found.terms });
    const isDone = text !== '' && (await copyText(text));
    const isCut = (format === 'ndjson' || format === 'evidence') && rows.length > COPIED_DOCUMENTS;
    const all = counted(rows.length, 'alert');
    const what = isCut
      ? `the first ${figure(COPIED_DOCUMENTS)} of ${all}`
      : format === 'kql' && !isAlert
        ? 'the filter as KQL'
        : all;
    const refusal = text === '' ? 'There is nothing to copy.' : 'The browser does not let this page copy.';
    part('said').textContent = isDone ? `Copied ${what}.` : refusal;
  }

  /** @type {Readonly<Record<string, (value: string) => void>>} */
  const ACTIONS = {
    term: toggleTerm,
    sort: (field) => change({ sort: state.sort === field ? `-${field}` : field }),
    toggle: (value) => view.toggle(Number(value)),
    copy: (format) => {
      copy(format).catch(
        (error) => (part('said').textContent = error instanceof Error ? error.message : String(error)),
      );
    },
    drop: (field) =>
      change({
        cols: columns()
          .filter((column) => column !== field)
          .join(','),
      }),
    clear: () => {
      state = { ...state, from: '', to: '' };
      search('');
    },
  };

  root.addEventListener('click', ({ target }) => {
    const button = target instanceof Element ? target.closest('[data-do]') : null;
    ACTIONS[button?.getAttribute('data-do') ?? '']?.(button?.getAttribute('data-value') ?? '');
  });
  // What a noisy rule's alerts have in common is worked out when somebody wants to know.
  part('noisy').addEventListener(
    'toggle',
    ({ target }) => {
      const rule =
        target instanceof HTMLDetailsElement && target.open ? noisy[Number(target.dataset['at'])] : undefined;
      const inside = target instanceof Element ? target.querySelector('div') : null;
      if (rule === undefined || inside === null) return;
      const link = el('p', {}, el('a', { href: linkTo({ view: 'rule', id: rule.ruleId }) }, 'the rule'));
      mount(inside, [link, noiseOf(table, rule.rows)]);
    },
    true,
  );
  part('filter').addEventListener('submit', (event) => event.preventDefault());
  root.addEventListener('input', ({ target }) => {
    if (target instanceof HTMLInputElement && target.id === 'q') change({ q: target.value });
  });
  root.addEventListener('change', ({ target: control }) => {
    if (!(control instanceof HTMLInputElement || control instanceof HTMLSelectElement)) return;
    const { id, value } = control;
    if (id === 'from' || id === 'to') change({ [id]: parseTime(value) === null ? '' : value.trim() });
    else if (id === 'by' || id === 'group') change({ [id]: value });
    else if (id === 'add' && value !== '') change({ cols: [...new Set([...columns(), value])].join(',') });
  });
  listenToBrush(part('timeline'), span, (from, to) => change({ from: timeText(from), to: timeText(to + 59_999) }));
  // As an address of its own it would undo what is filtered.
  document.querySelector('.skip')?.addEventListener('click', (event) => {
    event.preventDefault();
    const target = document.querySelector('#grid .body :is(a, button), #view-page:not([hidden]) h2');
    if (target instanceof HTMLElement) target.focus();
  });
  addEventListener('hashchange', () => {
    state = readAddress(location.hash);
    redraw();
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
