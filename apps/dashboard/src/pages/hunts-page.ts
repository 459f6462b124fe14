// The list of hunts.

import { html, type Markup } from '@coldhunt/engine';
import type { QueueSight } from '../queue-view.ts';
import { beganAt, idOf, type Sight } from '../workspace/workspace.ts';
import type { HuntState, HuntView } from '../workspace/hunt-view.ts';
import type { Rate } from '../workspace/rate-book.ts';
import { card, live, type Page } from './frame.ts';
import { costWords, nameOf, progressBar, rangeWords, rateWords, stateBadge } from './hunt-words.ts';
import { noticesOf } from './notices.ts';
import { timeText } from './words.ts';

const PAGE = 100;
const GROUPS: Readonly<Record<string, readonly HuntState[]>> = {
  running: ['planning', 'scanning', 'reducing'],
  done: ['done', 'pruned'],
  incomplete: ['incomplete'],
  stopped: ['cancelled', 'failed', 'unreadable'],
};

export interface HuntsInput {
  readonly sight: Sight;
  readonly queue: QueueSight | null;
  readonly rateOf: (view: HuntView) => Rate | null;
  /** By hunt path: shards that workers have at the moment. */
  readonly runningOf: (view: HuntView) => number | null;
  readonly group: string | null;
  /** From 1. */
  readonly page: number;
}

export function huntsPage(input: HuntsInput): Page {
  const { sight, queue, group } = input;
  const wanted = group === null ? undefined : GROUPS[group];
  const hunts = wanted === undefined ? sight.hunts : sight.hunts.filter(({ state }) => wanted.includes(state));
  const pages = Math.max(1, Math.ceil(hunts.length / PAGE));
  const page = Math.min(Math.max(1, input.page), pages);
  const shown = hunts.slice((page - 1) * PAGE, page * PAGE);
  return {
    title: 'Hunts',
    part: 'hunts',
    main: html`<h1>Hunts</h1>
      ${live('notices', noticesOf(sight, queue))} ${live('sums', sumsOf(sight))}
      ${live(
        'hunts',
        shown.length === 0
          ? html`<p>
              ${sight.hunts.length === 0 ? 'No hunt lies here yet: a run folder is what --out of coldhunt scan names.' : 'No hunt is in this state.'}
            </p>`
          : tableOf(shown, input),
      )}
      ${pages > 1 ? pagesOf(page, pages, group) : null}`,
  };
}

function sumsOf(sight: Sight): Markup {
  const count = (states: readonly HuntState[]): number =>
    sight.hunts.filter(({ state }) => states.includes(state)).length;
  const words = { running: 'under way', done: 'done', incomplete: 'incomplete', stopped: 'stopped or unreadable' };
  return html`<ul class="cards">
    ${card(sight.hunts.length, 'hunts')}
    ${Object.entries(words).map(([name, text]) => {
      const states = GROUPS[name] ?? [];
      return html`<li>
        <b>${count(states)}</b><span><a href="/?state=${name}">${text}</a></span>
      </li>`;
    })}
    ${sight.unread > 0 ? card(sight.unread, 'still to be read') : null}
  </ul>`;
}

function tableOf(hunts: readonly HuntView[], input: HuntsInput): Markup {
  return html`<div class="scroll" tabindex="0" role="region" aria-label="hunts">
    <table class="hunts">
      <thead>
        <tr>
          <th scope="col">hunt</th>
          <th scope="col">state</th>
          <th scope="col">progress</th>
          <th scope="col">rate</th>
          <th scope="col" class="number">alerts</th>
          <th scope="col" class="number">cost so far</th>
          <th scope="col">asked</th>
        </tr>
      </thead>
      <tbody>
        ${hunts.map((view) => rowOf(view, input))}
      </tbody>
    </table>
  </div>`;
}

function rowOf(view: HuntView, { rateOf, runningOf }: HuntsInput): Markup {
  const rules = view.run?.question.rules ?? [];
  const first = rules[0]?.rule.name ?? '';
  const running = runningOf(view);
  return html`<tr>
    <th scope="row">
      <a href="/hunts/${idOf(view.path)}">${nameOf(view.path)}</a>
      <span class="soft small">
        ${rules.length === 0 ? null : rules.length === 1 ? first : html`${first} and ${rules.length - 1} more`}
        ${rangeWords(view)}
      </span>
    </th>
    <td>${stateBadge(view.state)}</td>
    <td>${view.state === 'unreadable' ? html`<span class="fail small">${view.problem}</span>` : progressBar(view)}</td>
    <td data-label="rate">
      ${rateWords(rateOf(view), view)}
      ${running !== null && running > 0 ? html`<span class="soft small">${running} shards at work</span>` : null}
    </td>
    <td class="number" data-label="alerts">${view.outcome === null ? '–' : view.outcome.alerts}</td>
    <td class="number" data-label="cost so far">${costWords(view)}</td>
    <td class="small" data-label="asked">${timeText(beganAt(view) || null)}</td>
  </tr>`;
}

function pagesOf(page: number, pages: number, group: string | null): Markup {
  const link = (to: number, words: string): Markup | null =>
    to < 1 || to > pages
      ? null
      : html`<a href="/?page=${String(to)}${group === null ? '' : `&state=${encodeURIComponent(group)}`}">${words}</a>`;
  return html`<p class="pages">${link(page - 1, 'newer')} page ${page} of ${pages} ${link(page + 1, 'older')}</p>`;
}
