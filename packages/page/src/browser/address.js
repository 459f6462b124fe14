// What is shown, in the address of the page: a link to it shows the same again.

/**
 * @typedef {{
 *   readonly view: string, readonly q: string, readonly from: string, readonly to: string, readonly sort: string,
 *   readonly group: string, readonly cols: string, readonly by: string, readonly id: string,
 * }} State
 */

/** @type {State} */
export const START = {
  view: 'alerts',
  q: '',
  from: '',
  to: '',
  sort: '@timestamp',
  group: '',
  cols: '',
  by: 'kibana.alert.severity',
  id: '',
};

/**
 * @param {string} hash
 * @returns {State}
 */
export function readAddress(hash) {
  const given = new URLSearchParams(hash.replace(/^#/, ''));
  const state = Object.entries(START).map(([name, value]) => [name, given.get(name) ?? value]);
  return Object.fromEntries(state);
}

/**
 * What differs from the start, behind a `#`.
 * @param {State} state
 */
export function writeAddress(state) {
  const entries = Object.entries(state).filter(([name, value]) => value !== Reflect.get(START, name));
  return `#${new URLSearchParams(entries).toString()}`;
}
