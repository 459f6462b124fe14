// Which part of the page is shown, and which link of the navigation leads to it.

import { part } from './page-part.js';

/** The sections that stand in the page without a script, by the view that shows them. */
/** @type {ReadonlyMap<string, readonly string[]>} */
const SECTIONS = new Map([
  ['rules', ['rules']],
  ['live', ['live']],
  ['coverage', ['coverage']],
  ['asked', ['asked', 'work']],
]);
/** Pages of one thing, by the view that their link in the navigation leads to. */
/** @type {ReadonlyMap<string, string>} */
const PAGES = new Map([
  ['alert', 'alerts'],
  ['host', 'alerts'],
  ['rule', 'rules'],
]);

/**
 * @param {string} view an unknown one is that of the alerts
 * @param {(view: string) => string} linkTo the address of another view that keeps what is filtered
 * @returns {'section' | 'page' | 'alerts'}
 */
export function showView(view, linkTo) {
  const kind =
    SECTIONS.has(view) && document.getElementById(view) !== null ? 'section' : PAGES.has(view) ? 'page' : 'alerts';
  const current = kind === 'alerts' ? 'alerts' : (PAGES.get(view) ?? view);
  for (const link of document.querySelectorAll('nav a')) {
    const leadsTo = link.getAttribute('data-view') ?? 'alerts';
    link.setAttribute('href', linkTo(leadsTo));
    if (leadsTo === current) link.setAttribute('aria-current', 'page');
    else link.removeAttribute('aria-current');
  }
  for (const [name, ids] of SECTIONS) {
    for (const id of ids) {
      // That of the live rules stands in pages of hunts in mode `both` alone.
      const section = document.getElementById(id);
      if (section !== null) section.hidden = name !== view;
    }
  }
  part('view-alerts').hidden = kind !== 'alerts';
  part('view-page').hidden = kind !== 'page';
  document.documentElement.dataset['view'] = kind;
  return kind;
}
