// Nights as a calendar: a column a week, a square a day. A day that no night covers stays empty, so that a quiet day and an unread one
// never look the same.

import { countOf } from '@coldhunt/core';
import { html, Markup } from '@coldhunt/engine';
import type { Night } from '@coldhunt/watch';

const DAY_MS = 86_400_000;
const WEEKS = 53;
const SIZE = 14;
const STATES = ['incomplete', 'alerts', 'quiet'] as const;
type DayState = (typeof STATES)[number];
const WORDS: Readonly<Record<DayState, string>> = {
  incomplete: 'not everything was examined',
  alerts: 'with alerts',
  quiet: 'without alerts',
};

export function nightCalendar(nights: readonly Night[], nowMs: number): Markup {
  const today = Math.floor(nowMs / DAY_MS);
  // Days since 1970-01-01, a Thursday: weeks begin on Monday.
  const firstDay = today - ((today + 3) % 7) - 7 * (WEEKS - 1);
  const days = new Map<number, DayState>();
  for (const night of nights) {
    const state: DayState = !night.complete ? 'incomplete' : night.alerts > 0 ? 'alerts' : 'quiet';
    const last = Math.floor((Date.parse(night.to) - 1) / DAY_MS);
    for (let day = Math.max(firstDay, Math.floor(Date.parse(night.from) / DAY_MS)); day <= last; day += 1) {
      const known = days.get(day);
      if (known === undefined || STATES.indexOf(state) < STATES.indexOf(known)) days.set(day, state);
    }
  }
  const square = (day: number): string => {
    const index = day - firstDay;
    return `M${Math.floor(index / 7) * SIZE + 1.5} ${(index % 7) * SIZE + 1.5}h11v11h-11z`;
  };
  const path = (name: string, wanted: readonly number[]): string =>
    wanted.length === 0 ? '' : `<path class="day-${name}" d="${wanted.map(square).join('')}"/>`;
  const all = Array.from({ length: today - firstDay + 1 }, (_, index) => firstDay + index);
  const counts = STATES.map((state) => [state, all.filter((day) => days.get(day) === state)] as const);
  const told = counts.map(([state, found]) => `${countOf(found.length, 'day')} ${WORDS[state]}`).join(', ');
  const empty = all.filter((day) => !days.has(day));
  return html`<svg
      class="calendar"
      viewBox="0 0 ${String(WEEKS * SIZE)} ${String(7 * SIZE)}"
      role="img"
      aria-label="days of the last year that nights cover: ${told}, ${String(empty.length)} not covered"
    >
      ${new Markup(path('none', empty) + counts.map(([state, found]) => path(state, found)).join(''))}
    </svg>
    <ul class="legend">
      ${STATES.map((state) => html`<li><span class="swatch swatch-${state}"></span> ${WORDS[state]}</li>`)}
      <li><span class="swatch swatch-none"></span> no night yet</li>
    </ul>`;
}
