// Starts the page: unpacks what it carries, then takes the place of the list that stands there for browsers without a script.

import { el } from '../view/tree.js';
import { startApp } from './app.js';
import { mount } from './mount.js';
import { readBlock } from './read-block.js';
import { searchTextOf } from './find-rows.js';
import { createTable } from './table.js';

async function start() {
  const root = document.getElementById('app');
  const block = document.getElementById('index');
  if (root === null || block === null) return;
  try {
    /** @type {import('../page-data.ts').PageIndex} */
    const index = JSON.parse(await readBlock('index', block.getAttribute('data-sha256') ?? ''));
    const table = createTable(index.table);
    root.hidden = false;
    document.documentElement.classList.add('app');
    await startApp(root, index, table);
    document.documentElement.dataset['readyMs'] = String(Math.round(performance.now()));
    document.documentElement.dataset['ready'] = 'true';
    readAhead(table);
  } catch (error) {
    document.documentElement.classList.remove('app');
    root.hidden = false;
    const words = error instanceof Error ? error.message : String(error);
    mount(
      root,
      el(
        'p',
        { role: 'alert', class: 'verdict incomplete' },
        `${words}. What follows is the list without table and search; alerts.ndjson beside this page holds every alert.`,
      ),
    );
    for (const section of document.querySelectorAll('main section'))
      if (section instanceof HTMLElement) section.hidden = false;
  }
}

/** Unpacks the other fields while the reader reads, so that the first search does not wait for them. @param {import('./table.js').Table} table */
function readAhead(table) {
  const waiting = table.fields.filter((field) => !table.isLoaded(field));
  for (const column of table.loaded()) setTimeout(() => searchTextOf(column), 100);
  const next = () => {
    const field = waiting.shift();
    if (field === undefined) {
      document.documentElement.dataset['allRead'] = 'true';
      return;
    }
    void table.load([field]).then(
      () => {
        searchTextOf(table.column(field));
        setTimeout(next, 10);
      },
      () => undefined,
    );
  };
  setTimeout(next, 200);
}

void start();
