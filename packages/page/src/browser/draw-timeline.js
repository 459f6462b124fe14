// The timeline of some rows, over the whole time of the hunt or a part of it.

import { HOUR, QUIET_KIND, timeline } from '../view/timeline.js';

/** @type {WeakMap<object, ReadonlyMap<number, number>>} */
const hoursOfIndex = new WeakMap();
/** Alerts further from what was asked than this do not stretch the axis. */
const FAR = 400 * 24 * HOUR;

/**
 * @param {{ readonly index: import('../page-data.ts').PageIndex, readonly table: import('./table.js').Table }} page
 * @param {{
 *   readonly rows: ArrayLike<number>, readonly field: string, readonly span: { readonly from: number, readonly to: number } | null,
 *   readonly series: readonly { readonly value: string | null, readonly name: string, readonly kind: string }[],
 *   readonly width?: number,
 *   readonly quiet?: readonly number[],
 * }} shown `span` null: the whole time; `quiet`: times of matches without an alert
 */
export function drawTimeline(page, { rows, field, span, series, width = 1000, quiet = [] }) {
  const { index, table } = page;
  const { cells, values } = table.column(field);
  const rest = series.findIndex(({ value }) => value === null);
  const seriesOfPlace = values.map((value) => {
    const found = series.findIndex((entry) => entry.value === value);
    return found === -1 ? rest : found;
  });
  /** @type {number[][]} */
  const times = series.map(() => []);
  for (let at = 0; at < rows.length; at++) {
    const row = rows[at] ?? 0;
    times[seriesOfPlace[cells[row] ?? 0] ?? -1]?.push(table.times[row] ?? 0);
  }
  return timeline({
    ...(span ?? wholeSpan(page)),
    width,
    series: [
      ...series.map(({ name, kind }, at) => ({ name, kind, times: times[at] ?? [] })),
      ...(quiet.length === 0 ? [] : [{ name: '', kind: QUIET_KIND, times: quiet }]),
    ],
    hours: hoursOf(index),
    rangeFrom: index.from === null ? null : Date.parse(index.from),
  });
}

/**
 * From the first to the last of what was asked, examined and found.
 * @param {{ readonly index: import('../page-data.ts').PageIndex, readonly table: import('./table.js').Table }} page
 */
export function wholeSpan({ index, table }) {
  const known = [...hoursOf(index).keys()];
  for (const text of [index.from, index.to]) if (text !== null) known.push(Date.parse(text));
  const first = known.length === 0 ? (table.times[0] ?? 0) : known.reduce((a, b) => Math.min(a, b));
  const last = known.length === 0 ? first : known.reduce((a, b) => Math.max(a, b));
  let from = first;
  let to = last + (index.to === null ? HOUR : 0);
  for (const ms of table.times) {
    if (ms < first - FAR || ms > last + FAR) continue;
    if (ms < from) from = ms;
    if (ms >= to) to = ms + 1;
  }
  return { from, to: Math.max(to, from + HOUR) };
}

/** @param {import('../page-data.ts').PageIndex} index */
function hoursOf(index) {
  const known = hoursOfIndex.get(index);
  if (known !== undefined) return known;
  const hours = new Map(index.hours.map(([hour, bytes]) => [Date.parse(`${hour}:00:00Z`), bytes]));
  hoursOfIndex.set(index, hours);
  return hours;
}
