// Alerts over time with what was examined under the same axis, as SVG: a quiet hour has a bar of bytes and no alert, an unread one is hatched.

import { counted, el } from './tree.js';

export const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const STEPS = [
  60_000,
  5 * 60_000,
  15 * 60_000,
  HOUR,
  3 * HOUR,
  6 * HOUR,
  12 * HOUR,
  DAY,
  2 * DAY,
  7 * DAY,
  14 * DAY,
  28 * DAY,
];
const BARS_HEIGHT = 110;
const COVERAGE_TOP = 122;
const COVERAGE_HEIGHT = 30;
const HEIGHT = 176;
/** Bars at most; a longer span has wider ones. */
const MOST_BARS = 160;
/** The class of matches without an alert. */
export const QUIET_KIND = 'series-quiet';
/** Series with a colour of their own; the rest share one. */
export const MOST_SERIES = 7;

/**
 * @typedef {{ readonly name: string, readonly kind: string, readonly times: readonly number[] }} Series
 * @typedef {{
 *   readonly from: number, readonly to: number, readonly width: number,
 *   readonly series: readonly Series[],
 *   readonly hours: ReadonlyMap<number, number>,
 *   readonly rangeFrom: number | null,
 * }} TimelineInput `hours`: start of the hour in milliseconds -> bytes examined; `rangeFrom`: before it lies history, which is never alerted
 */

/** @param {TimelineInput} input */
export function timeline({ from, to, width, series, hours, rangeFrom }) {
  const step = stepFor(to - from);
  const first = Math.floor(from / step) * step;
  const bars = Math.max(1, Math.ceil((to - first) / step));
  const x = (/** @type {number} */ ms) => Math.round(((ms - from) / (to - from)) * width * 10) / 10;
  const counts = series.map(({ times }) => {
    const list = new Uint32Array(bars);
    for (const ms of times) {
      const bar = Math.floor((ms - first) / step);
      if (bar >= 0 && bar < bars) list[bar] = (list[bar] ?? 0) + 1;
    }
    return list;
  });
  const sums = Array.from({ length: bars }, (_, bar) => counts.reduce((sum, list) => sum + (list[bar] ?? 0), 0));
  const most = Math.max(1, ...sums);
  const sumOf = (/** @type {boolean} */ isQuiet) =>
    counts.reduce(
      (sum, list, at) => ((series[at]?.kind === QUIET_KIND) === isQuiet ? list.reduce((a, b) => a + b, sum) : sum),
      0,
    );
  const total = sumOf(false);
  const quiet = sumOf(true);
  const mostBytes = largest(hours);
  const examined = examinedBars(hours, { first, step, bars });
  const shapes = [];
  for (let bar = 0; bar < bars; bar++) {
    const start = first + bar * step;
    const left = Math.max(0, x(start));
    const wide = Math.max(1, Math.min(width, x(start + step)) - left - 1);
    let top = BARS_HEIGHT;
    series.forEach(({ name, kind }, index) => {
      const count = counts[index]?.[bar] ?? 0;
      if (count === 0) return;
      const height = Math.max(2, (count / most) * (BARS_HEIGHT - 8));
      top -= height;
      const label =
        kind === QUIET_KIND
          ? `${timeText(start)}: ${counted(count, 'match', 'matches')} without an alert`
          : `${timeText(start)}: ${name} ${counted(count, 'alert')}`;
      shapes.push(
        el('rect', { class: kind, x: left, y: round(top), width: wide, height: round(height) }, el('title', {}, label)),
      );
    });
    const { bytes, read, all } = examined[bar] ?? { bytes: 0, read: 0, all: 1 };
    shapes.push(coverageOf({ bytes, read, all, most: mostBytes, start, left, wide }));
  }
  const lines = ticks(from, to).map((ms) => [
    el('line', { class: 'tick', x1: x(ms), x2: x(ms), y1: 0, y2: COVERAGE_TOP + COVERAGE_HEIGHT }),
    el('text', { x: x(ms) + 3, y: HEIGHT - 6 }, tickText(ms, to - from)),
  ]);
  const history =
    rangeFrom === null || rangeFrom <= from
      ? null
      : el(
          'rect',
          {
            class: 'history',
            x: 0,
            y: 0,
            width: Math.min(width, x(rangeFrom)),
            height: COVERAGE_TOP + COVERAGE_HEIGHT,
          },
          el('title', {}, `history before ${timeText(rangeFrom)}: read to know what is new, never alerted`),
        );
  return el(
    'svg',
    {
      viewBox: `0 0 ${width} ${HEIGHT}`,
      role: 'img',
      'aria-label': `${counted(total, 'alert')}${quiet === 0 ? '' : ` and ${counted(quiet, 'match', 'matches')} without an alert`} from ${timeText(from)} to ${timeText(to)}, at most ${most} in ${spanText(step)}; below it the bytes examined`,
    },
    el(
      'defs',
      {},
      el(
        'pattern',
        { id: 'hatch', width: 6, height: 6, patternUnits: 'userSpaceOnUse', patternTransform: 'rotate(45)' },
        el('rect', { class: 'hatch-ground', width: 6, height: 6 }),
        el('rect', { class: 'hatch-line', width: 2.5, height: 6 }),
      ),
    ),
    history,
    lines,
    shapes,
    el('text', { x: 3, y: 11 }, `most: ${most.toLocaleString('en-US')} in ${spanText(step)}`),
    el('text', { x: 3, y: COVERAGE_TOP - 3 }, 'bytes examined'),
  );
}

/**
 * Where a point of the picture lies in time.
 * @param {number} share 0 at the left, 1 at the right
 * @param {{ readonly from: number, readonly to: number }} span
 */
export function timeAt(share, { from, to }) {
  return Math.round(from + Math.min(1, Math.max(0, share)) * (to - from));
}

/** `2026-02-01 10:00` in UTC. @param {number} ms */
export function timeText(ms) {
  return Number.isFinite(ms) && Math.abs(ms) < 8e15 ? new Date(ms).toISOString().slice(0, 16).replace('T', ' ') : '?';
}

/**
 * Bytes and hours examined by bar, in the time that the known hours take: what was asked may reach from year 1 to 9999.
 * @param {ReadonlyMap<number, number>} hours
 * @param {{ readonly first: number, readonly step: number, readonly bars: number }} axis
 */
function examinedBars(hours, { first, step, bars }) {
  const all = Math.max(1, step / HOUR);
  const found = Array.from({ length: bars }, () => ({ bytes: 0, read: 0, all }));
  if (step < HOUR) {
    found.forEach((bar, at) => {
      const bytes = hours.get(Math.floor((first + at * step) / HOUR) * HOUR) ?? 0;
      bar.bytes = bytes;
      bar.read = bytes > 0 ? 1 : 0;
    });
    return found;
  }
  for (const [hour, bytes] of hours) {
    const bar = found[Math.floor((hour - first) / step)];
    if (bar === undefined || bytes === 0) continue;
    bar.bytes += bytes;
    bar.read += 1;
  }
  return found;
}

/**
 * @param {{ readonly bytes: number, readonly read: number, readonly all: number, readonly most: number, readonly start: number, readonly left: number, readonly wide: number }} bar
 */
function coverageOf({ bytes, read, all, most, start, left, wide }) {
  const unread = Math.max(0, all - read);
  const height = bytes === 0 ? 0 : Math.max(2, (bytes / all / most) * COVERAGE_HEIGHT);
  const bottom = COVERAGE_TOP + COVERAGE_HEIGHT;
  const hole = (unread / all) * COVERAGE_HEIGHT;
  const title = `${timeText(start)}: ${bytes.toLocaleString('en-US')} bytes examined${unread === 0 ? '' : `, nothing of ${counted(unread, 'hour')}`}`;
  return [
    hole === 0
      ? null
      : el(
          'rect',
          { class: 'hole', x: left, y: COVERAGE_TOP, width: wide + 1, height: round(hole) },
          el('title', {}, title),
        ),
    height === 0
      ? null
      : el(
          'rect',
          { class: 'examined', x: left, y: round(bottom - height), width: wide, height: round(height) },
          el('title', {}, title),
        ),
  ];
}

/** @param {ReadonlyMap<number, number>} hours */
function largest(hours) {
  let most = 1;
  for (const bytes of hours.values()) if (bytes > most) most = bytes;
  return most;
}

/** @param {number} span */
function stepFor(span) {
  return STEPS.find((step) => span / step <= MOST_BARS) ?? Math.ceil(span / MOST_BARS / DAY) * DAY;
}

/** @param {number} step */
function spanText(step) {
  if (step >= DAY) return counted(step / DAY, 'day');
  return step >= HOUR ? counted(step / HOUR, 'hour') : counted(step / 60_000, 'minute');
}

/**
 * @param {number} from
 * @param {number} to
 */
function ticks(from, to) {
  const step = [...STEPS, 91 * DAY, 365 * DAY].find((candidate) => (to - from) / candidate <= 7) ?? (to - from) / 5;
  const found = [];
  for (let ms = Math.ceil(from / step) * step; ms < to; ms += step) found.push(ms);
  return found;
}

/**
 * @param {number} ms
 * @param {number} span
 */
function tickText(ms, span) {
  const text = timeText(ms);
  return span > 3 * DAY ? text.slice(0, 10) : text.slice(5);
}

/** @param {number} value */
function round(value) {
  return Math.round(value * 10) / 10;
}
