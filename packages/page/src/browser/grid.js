// A long list of alerts and groups as a table of which only the rows in sight exist.

import { el } from '../view/tree.js';
import { severityBadge } from '../view/alert-story.js';
import { mount } from './mount.js';
import { TIME } from './arrange-rows.js';

/**
 * @typedef {{ readonly kind: 'alert', readonly row: number } | { readonly kind: 'group', readonly at: number, readonly isOpen: boolean }} Item
 * @typedef {{ readonly items: readonly Item[], readonly columns: readonly string[], readonly sort: string, readonly linkTo: (row: number) => string, readonly describeGroup: (at: number) => { readonly text: string, readonly note: string } }} GridContent
 */

/** Rows beyond those in sight, so that quick scrolling shows no emptiness. */
const SPARE_ROWS = 12;
const PRINTED_ROWS = 1_000;
/** @type {ReadonlyMap<string, string>} */
const SHORT_NAMES = new Map([
  [TIME, 'time (UTC)'],
  ['kibana.alert.severity', 'severity'],
  ['kibana.alert.rule.name', 'rule'],
  ['kibana.alert.new_terms', 'new terms'],
  ['coldhunt.baseline', 'baseline'],
  ['host.name', 'host'],
  ['user.name', 'user'],
  ['process.name', 'process'],
  ['process.command_line', 'command line'],
  ['process.parent.name', 'parent'],
]);

/** @param {string} field */
export function shortName(field) {
  return SHORT_NAMES.get(field) ?? field;
}

/**
 * @param {HTMLElement} scroller
 * @param {import('./table.js').Table} table
 */
export function createGrid(scroller, table) {
  /** @type {GridContent} */
  let content = { items: [], columns: [], sort: '', linkTo: () => '#', describeGroup: () => ({ text: '', note: '' }) };
  let shown = '';

  /** @param {{ readonly first: number, readonly last: number }} part */
  function rowsOf({ first, last }) {
    return content.items.slice(first, last).map((item, index) => {
      const place = first + index;
      return item.kind === 'group' ? groupRow(item, place) : alertRow(item.row, place);
    });
  }

  /**
   * @param {Extract<Item, { kind: 'group' }>} item
   * @param {number} place
   */
  function groupRow({ at, isOpen }, place) {
    const { text, note } = content.describeGroup(at);
    const words = [
      el('span', { class: 'sign', 'aria-hidden': 'true' }, isOpen ? '▾' : '▸'),
      ' ',
      el('b', {}, text),
      ' ',
      note,
    ];
    const button = el(
      'button',
      { type: 'button', 'data-do': 'toggle', 'data-value': String(at), 'aria-expanded': String(isOpen) },
      words,
    );
    const cell = el('div', { role: 'cell', class: 'wide', 'aria-colspan': content.columns.length }, button);
    return el('div', { role: 'row', class: 'row group', 'aria-rowindex': place + 2 }, cell);
  }

  /**
   * @param {number} row
   * @param {number} place
   */
  function alertRow(row, place) {
    const cells = content.columns.map((field) => {
      const inside =
        field === TIME
          ? el('a', { href: content.linkTo(row) }, preciseTime(table.times[row] ?? 0))
          : field === 'kibana.alert.severity'
            ? severityBadge(table.text(field, row))
            : table.text(field, row).replaceAll('\n', ' · ').slice(0, 300);
      return el('div', { role: 'cell', class: field === 'process.command_line' ? 'mono' : null }, inside);
    });
    return el('div', { role: 'row', class: 'row', 'aria-rowindex': place + 2 }, cells);
  }

  function head() {
    const cells = content.columns.map((field) => {
      const direction = content.sort === field ? 'ascending' : content.sort === `-${field}` ? 'descending' : 'none';
      const sign = direction === 'ascending' ? ' ↑' : direction === 'descending' ? ' ↓' : '';
      const button = el('button', { type: 'button', 'data-do': 'sort', 'data-value': field }, shortName(field), sign);
      return el('div', { role: 'columnheader', 'aria-sort': direction }, button);
    });
    return el(
      'div',
      { role: 'rowgroup', class: 'head' },
      el('div', { role: 'row', class: 'row', 'aria-rowindex': 1 }, cells),
    );
  }

  function rowHeight() {
    return Number.parseFloat(getComputedStyle(scroller).getPropertyValue('--row')) || 34;
  }

  /** Draws the rows in sight. @param {boolean} isPrinting */
  function draw(isPrinting = false) {
    const height = rowHeight();
    const { items } = content;
    const inSight = Math.ceil(scroller.clientHeight / height) + 2 * SPARE_ROWS;
    const first = isPrinting ? 0 : Math.max(0, Math.floor(scroller.scrollTop / height) - SPARE_ROWS);
    const last = Math.min(items.length, isPrinting ? PRINTED_ROWS : first + inSight);
    const body = scroller.querySelector('.body');
    const key = `${first}-${last}`;
    if (!(body instanceof HTMLElement) || key === shown) return;
    shown = key;
    const focused = document.activeElement?.closest('.body .row')?.getAttribute('aria-rowindex');
    mount(body, rowsOf({ first, last }));
    body.style.paddingTop = `${first * height}px`;
    body.style.height = isPrinting ? 'auto' : `${items.length * height}px`;
    if (focused !== null && focused !== undefined) focusRow(Number(focused) - 2);
  }

  /** @param {number} place */
  function focusRow(place) {
    const target = scroller.querySelector(`.body .row[aria-rowindex="${place + 2}"] :is(a, button)`);
    if (target instanceof HTMLElement) target.focus({ preventScroll: true });
  }

  scroller.addEventListener('scroll', () => draw(), { passive: true });
  scroller.addEventListener('keydown', (event) => {
    const at = document.activeElement?.closest('.body .row')?.getAttribute('aria-rowindex');
    if (at === null || at === undefined) return;
    const height = rowHeight();
    const page = Math.max(1, Math.floor(scroller.clientHeight / height) - 2);
    const steps = { ArrowDown: 1, ArrowUp: -1, PageDown: page, PageUp: -page, Home: -Infinity, End: Infinity };
    const by = Object.entries(steps).find(([name]) => name === event.key)?.[1];
    if (by === undefined) return;
    event.preventDefault();
    const place = Math.min(content.items.length - 1, Math.max(0, Number(at) - 2 + by));
    const top = place * height;
    if (top < scroller.scrollTop) scroller.scrollTop = top;
    else if (top + 2 * height > scroller.scrollTop + scroller.clientHeight)
      scroller.scrollTop = top + 2 * height - scroller.clientHeight;
    draw();
    focusRow(place);
  });
  addEventListener('resize', () => {
    shown = '';
    draw();
  });
  addEventListener('beforeprint', () => draw(true));
  addEventListener('afterprint', () => draw());

  return {
    /** @param {GridContent} next */
    show(next) {
      const isSameList = next.items.length === content.items.length;
      content = next;
      shown = '';
      const grid = el(
        'div',
        {
          role: 'table',
          class: 'grid',
          'aria-label': 'alerts',
          'aria-rowcount': next.items.length + 1,
          'aria-colcount': next.columns.length,
        },
        head(),
        el('div', { role: 'rowgroup', class: 'body' }),
      );
      mount(scroller, grid);
      scroller.style.setProperty('--columns', next.columns.map((field) => columnWidth(field)).join(' '));
      if (!isSameList) scroller.scrollTop = 0;
      draw();
    },
  };
}

/** `2026-02-01 10:00:00.000`. @param {number} ms */
export function preciseTime(ms) {
  return Math.abs(ms) < 8e15 ? new Date(ms).toISOString().slice(0, 23).replace('T', ' ') : String(ms);
}

/** @param {string} field */
function columnWidth(field) {
  if (field === TIME) return '190px';
  if (field === 'kibana.alert.severity') return '90px';
  if (field === 'kibana.alert.rule.name') return 'minmax(140px, 2fr)';
  return field === 'process.command_line' ? 'minmax(240px, 4fr)' : 'minmax(80px, 1fr)';
}
