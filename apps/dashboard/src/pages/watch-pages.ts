// The list of watches, and the page of one.

import { html, type Markup } from '@coldhunt/engine';
import type { QueueSight } from '../queue-view.ts';
import { idOf, type Sight } from '../workspace/workspace.ts';
import { watermarkLagMs, type WatchView } from '../workspace/watch-view.ts';
import { badge, card, live, type Page } from './frame.ts';
import { nameOf } from './hunt-words.ts';
import { nightCalendar } from './night-calendar.ts';
import { noticesOf } from './notices.ts';
import { secondsText, timeText } from './words.ts';

const HOLES_SHOWN = 50;
const NIGHTS_LISTED = 60;

export interface WatchesInput {
  readonly sight: Sight;
  readonly queue: QueueSight | null;
  readonly nowMs: number;
}

export function watchesPage({ sight, queue, nowMs }: WatchesInput): Page {
  return {
    title: 'Watches',
    part: 'watches',
    main: html`<h1>Watches</h1>
      ${live('notices', noticesOf(sight, queue))}
      ${live(
        'watches',
        sight.watches.length === 0
          ? html`<p>No watch lies here yet: begin one with coldhunt watch add.</p>`
          : html`<div class="scroll" tabindex="0" role="region" aria-label="watches">
              <table>
                <thead>
                  <tr>
                    <th scope="col">watch</th>
                    <th scope="col">state</th>
                    <th scope="col">watermark</th>
                    <th scope="col">behind</th>
                    <th scope="col" class="number">nights</th>
                    <th scope="col" class="number">holes</th>
                    <th scope="col">sinks</th>
                  </tr>
                </thead>
                <tbody>
                  ${sight.watches.map((view) => rowOf(view, nowMs))}
                </tbody>
              </table>
            </div>`,
      )}`,
  };
}

function rowOf(view: WatchView, nowMs: number): Markup {
  const lag = watermarkLagMs(view, nowMs);
  return html`<tr>
    <th scope="row"><a href="/watches/${idOf(view.path)}">${nameOf(view.path)}</a></th>
    <td>${stateOf(view, nowMs)}</td>
    <td class="small">${timeText(view.watermark)}</td>
    <td>${lag === null ? '–' : secondsText(lag / 1000)}</td>
    <td class="number">${view.nightCount}</td>
    <td class="number">${holesOf(view).length}</td>
    <td>${pendingOf(view)}</td>
  </tr>`;
}

function stateOf(view: WatchView, nowMs: number): Markup {
  if (view.problem !== null) return badge('bad', 'unreadable');
  if (view.nextRunMs !== null && view.nextRunMs <= nowMs) return badge('medium', 'a night is due');
  return badge('good', 'up to date');
}

function pendingOf({ pending }: WatchView): Markup {
  const names = Object.entries(pending);
  if (names.length === 0) return html`<span class="soft">none</span>`;
  return html`${names.map(
    ([name, nights]) =>
      html`${name} ${nights === 0 ? badge('good', 'told all') : badge('medium', `${nights} pending`)} `,
  )}`;
}

function holesOf(view: WatchView): WatchView['nights'][number]['examined']['unread'] {
  return view.nights.at(-1)?.examined.unread ?? [];
}

export interface WatchInput extends WatchesInput {
  readonly view: WatchView;
}

export function watchPage({ view, sight, queue, nowMs }: WatchInput): Page {
  return {
    title: nameOf(view.path),
    part: 'watches',
    main: html`<h1>${nameOf(view.path)}</h1>
      ${live('notices', noticesOf(sight, queue))} ${live('state', sumsOf(view, nowMs))}
      <h2>Nights</h2>
      ${live('nights', html`${nightCalendar(view.nights, nowMs)} ${nightsOf(view)}`)}
      <h2>Holes</h2>
      ${live('holes', holesList(view))}
      <h2>What is watched</h2>
      ${askedOf(view)}`,
  };
}

function sumsOf(view: WatchView, nowMs: number): Markup {
  const lag = watermarkLagMs(view, nowMs);
  const next = view.nextRunMs === null ? null : new Date(view.nextRunMs).toISOString();
  return html`<div class="verdict${view.problem === null ? '' : ' incomplete'}">
      ${stateOf(view, nowMs)} ${view.problem ?? html`watermark ${timeText(view.watermark)}, next run ${timeText(next)}`}
    </div>
    <ul class="cards">
      ${card(view.nightCount, 'nights')} ${card(lag === null ? '–' : secondsText(lag / 1000), 'behind')}
      ${card(
        view.nights.reduce((sum, { alerts }) => sum + alerts, 0),
        'alerts of these nights',
      )}
      ${card(holesOf(view).length, 'holes')}
      <li><b>${pendingOf(view)}</b><span>sinks</span></li>
    </ul>`;
}

function nightsOf(view: WatchView): Markup {
  const nights = view.nights.slice(-NIGHTS_LISTED).toReversed();
  if (nights.length === 0) return html`<p class="soft">No night has been run.</p>`;
  return html`<div class="scroll" tabindex="0" role="region" aria-label="nights">
    <table>
      <thead>
        <tr>
          <th scope="col" class="number">night</th>
          <th scope="col">from</th>
          <th scope="col">to</th>
          <th scope="col">examined</th>
          <th scope="col" class="number">alerts</th>
          <th scope="col">corrections</th>
          <th scope="col" class="number">late</th>
          <th scope="col">report</th>
        </tr>
      </thead>
      <tbody>
        ${nights.map(
          (night) =>
            html`<tr>
              <th scope="row" class="number">${night.number}</th>
              <td class="small">${timeText(night.from)}</td>
              <td class="small">${timeText(night.to)}</td>
              <td>${night.complete ? badge('good', 'everything') : badge('bad', 'incomplete')}</td>
              <td class="number">${night.alerts}</td>
              <td class="small">
                ${night.corrections.added} added, ${night.corrections.superseded} superseded,
                ${night.corrections.withdrawn} withdrawn
              </td>
              <td class="number">${night.late}</td>
              <td>
                <a href="/watches/${idOf(view.path)}/nights/${String(night.number)}/report.html"
                  >open <span class="hidden-words">the report of night ${night.number}</span></a
                >
              </td>
            </tr>`,
        )}
      </tbody>
    </table>
  </div>`;
}

function holesList(view: WatchView): Markup {
  const holes = holesOf(view);
  if (holes.length === 0) return html`<p class="soft">None: everything up to the watermark was examined.</p>`;
  return html`<ul>
      ${holes.slice(0, HOLES_SHOWN).map(({ uri, what }) => html`<li><span class="mono">${uri}</span> ${what}</li>`)}
    </ul>
    ${holes.length > HOLES_SHOWN ? html`<p class="soft small">and ${holes.length - HOLES_SHOWN} more: coldhunt watch status --json</p>` : null}`;
}

function askedOf({ watch, uri }: WatchView): Markup {
  if (watch === null) return html`<p class="soft">It cannot be read.</p>`;
  const { rules, archives } = watch.question;
  return html`<dl>
    <dt>rules</dt>
    <dd>
      ${rules.slice(0, 20).map(({ rule }) => html`${rule.name}<br />`)}
      ${rules.length > 20 ? html`<span class="soft">and ${rules.length - 20} more</span>` : null}
    </dd>
    <dt>archives</dt>
    <dd>${archives.map((archive) => html`<span class="mono">${archive.uri}</span><br />`)}</dd>
    <dt>when</dt>
    <dd class="mono">${watch.cron} (${watch.tz})</dd>
    <dt>workspace</dt>
    <dd class="mono">${uri}</dd>
  </dl>`;
}
