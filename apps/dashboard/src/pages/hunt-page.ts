// The page of one hunt.

import { html, type Markup } from '@coldhunt/engine';
import type { ActiveShard, HuntStatus } from '@coldhunt/queue';
import type { QueueSight } from '../queue-view.ts';
import { idOf, type Sight } from '../workspace/workspace.ts';
import type { HuntDetail } from '../workspace/hunt-detail.ts';
import { isOver, type HuntView } from '../workspace/hunt-view.ts';
import type { Rate } from '../workspace/rate-book.ts';
import { actionForms, type ActionInput } from './action-forms.ts';
import { card, live, type Page } from './frame.ts';
import { heatMapImage } from './heat-map-image.ts';
import { costWords, nameOf, progressBar, rangeWords, rateWords, stateBadge } from './hunt-words.ts';
import { noticesOf } from './notices.ts';
import { bytesText, secondsText, timeText } from './words.ts';

export interface HuntInput {
  readonly view: HuntView;
  readonly detail: HuntDetail;
  readonly sight: Sight;
  readonly queue: QueueSight | null;
  /** What planner and reducer know of it; null: no Redis, or it is away. */
  readonly jobs: HuntStatus | null;
  /** Its shards that workers have. */
  readonly active: readonly ActiveShard[];
  readonly rate: Rate | null;
  readonly nowMs: number;
  /** null: the page is for reading alone. */
  readonly actions: ActionInput | null;
}

const WORKERS_SHOWN = 50;

export function huntPage(input: HuntInput): Page {
  const { view, sight, queue, detail } = input;
  return {
    title: nameOf(view.path),
    part: 'hunts',
    main: html`<h1>${nameOf(view.path)}</h1>
      ${live('notices', noticesOf(sight, queue))} ${live('state', stateOf(input))} ${live('sums', sumsOf(input))}
      ${input.actions === null ? null : live('actions', actionForms(view, input.actions))}
      <h2>Shards</h2>
      ${live(
        'shards',
        detail.heat === null
          ? html`<p>${detail.problem ?? view.problem ?? 'There is no plan yet: the archive is being listed.'}</p>`
          : heatMapImage(detail.heat),
      )}
      <h2>Workers</h2>
      ${live('workers', workersOf(input))}
      <h2>What could not be read</h2>
      ${live('errors', errorsOf(detail))}
      <h2>What was asked</h2>
      ${askedOf(view)}`,
  };
}

function stateOf({ view, jobs }: HuntInput): Markup {
  const { outcome, givenUp, state } = view;
  const tone = state === 'done' ? '' : isOver(state) || givenUp !== null ? ' incomplete' : ' under';
  const trouble = [jobs?.planner, jobs?.reducer].find((job) => job?.state === 'delayed' && job.failure !== null);
  const reports = state === 'done' || state === 'incomplete';
  return html`<div class="verdict${tone}">
    ${stateBadge(state)} ${outcome?.verdict ?? givenUp?.message ?? view.problem ?? describeState(view, jobs)}
    ${givenUp === null ? null : html`<span class="soft"> (${givenUp.code}, ${timeText(givenUp.at)})</span>`}
    ${reports ? html` <a href="/hunts/${idOf(view.path)}/report.html">open the report</a>` : null}
    ${trouble?.failure ? html`<br />it is tried again after: ${trouble.failure.message}` : null}
  </div>`;
}

function describeState({ state, shards }: HuntView, jobs: HuntStatus | null): string {
  const holder = jobs?.reducer ?? jobs?.planner ?? null;
  const inQueue = holder === null ? '' : `; in the queue it is ${holder.state}`;
  if (state === 'planning') return `the archive is listed${inQueue}`;
  if (state === 'scanning')
    return `${shards.recorded.toLocaleString('en-US')} of ${shards.total.toLocaleString('en-US')} shards have a record${inQueue}`;
  if (state === 'reducing') return `every shard has a record; alerts are raised${inQueue}`;
  if (state === 'pruned') return 'its events were taken away on purpose; question, plan and hashes are kept';
  return '';
}

function sumsOf({ view, detail, rate, active }: HuntInput): Markup {
  const { outcome, plan } = view;
  const matches = active.reduce((sum, shard) => sum + shard.matches, 0);
  const doneBytes = outcome?.bytes ?? detail.heat?.doneBytes ?? 0;
  return html`<div class="bar">${progressBar(view)}</div>
    <ul class="cards">
      ${card(`${bytesText(doneBytes)} of ${bytesText(plan?.selected.bytes ?? 0)}`, 'stored bytes read')}
      ${outcome === null ? card(rateWords(rate, view), 'rate and time left') : card(`${bytesText(outcome.bytesPerSecond)}/s`, 'while it scanned')}
      ${outcome === null ? null : card(secondsText(outcome.seconds), 'took')}
      ${outcome === null ? card(matches, 'matches of shards at work') : card(outcome.alerts, 'alerts')}
      ${outcome === null ? null : card(outcome.events, 'events parsed')}
      ${outcome === null ? null : card(outcome.matches, 'matches')} ${card(costWords(view), 'cost so far, estimated')}
      ${card(view.run?.generation ?? 0, 'generation')}
    </ul>`;
}

function workersOf({ active, detail, queue, nowMs, view }: HuntInput): Markup {
  const names = view.outcome?.workers ?? [];
  return html`${
    active.length === 0
      ? html`<p class="soft">
          ${
            queue === null
              ? 'No Redis is named: what a scan of one process does at the moment is not told by its run folder.'
              : queue.state === 'down'
                ? 'Redis is away: who works on it is not known.'
                : 'No worker has a shard of it at the moment.'
          }
        </p>`
      : activeTable(active, nowMs)
  }
  ${
    detail.workers.length > 0
      ? html`<div class="scroll" tabindex="0" role="region" aria-label="workers so far">
          <table>
            <thead>
              <tr>
                <th scope="col">worked on it</th>
                <th scope="col" class="number">shards</th>
                <th scope="col" class="number">bytes</th>
                <th scope="col" class="number">events</th>
                <th scope="col">last ended a shard</th>
              </tr>
            </thead>
            <tbody>
              ${detail.workers.slice(0, WORKERS_SHOWN).map(
                (worker) =>
                  html`<tr>
                    <th scope="row">${worker.name}</th>
                    <td class="number">${worker.shards}</td>
                    <td class="number">${bytesText(worker.bytes)}</td>
                    <td class="number">${worker.events}</td>
                    <td class="small">${timeText(new Date(worker.lastMs).toISOString())}</td>
                  </tr>`,
              )}
            </tbody>
          </table>
        </div>`
      : names.length > 0
        ? html`<p>${names.slice(0, WORKERS_SHOWN).join(', ')}</p>`
        : null
  }`;
}

export function activeTable(active: readonly ActiveShard[], nowMs: number): Markup {
  return html`<div class="scroll" tabindex="0" role="region" aria-label="workers at the moment">
      <table>
        <thead>
          <tr>
            <th scope="col">worker</th>
            <th scope="col">shard</th>
            <th scope="col" class="number">for</th>
            <th scope="col" class="number">read</th>
            <th scope="col" class="number">events</th>
            <th scope="col" class="number">matches</th>
            <th scope="col" class="number">start</th>
          </tr>
        </thead>
        <tbody>
          ${active.slice(0, WORKERS_SHOWN).map(
            (shard) =>
              html`<tr>
                <th scope="row">${shard.worker ?? 'unknown'}</th>
                <td class="mono">${shard.shardId.slice(0, 8)}</td>
                <td class="number">
                  ${shard.startedAtMs === null ? '–' : secondsText((nowMs - shard.startedAtMs) / 1000)}
                </td>
                <td class="number">${bytesText(shard.bytes)}</td>
                <td class="number">${shard.events}</td>
                <td class="number">${shard.matches}</td>
                <td class="number">${shard.attempt}</td>
              </tr>`,
          )}
        </tbody>
      </table>
    </div>
    ${active.length > WORKERS_SHOWN ? html`<p class="soft small">and ${active.length - WORKERS_SHOWN} more</p>` : null}`;
}

function errorsOf({ errors, errorsUnread }: HuntDetail): Markup {
  return html`${
    errors.length === 0
      ? html`<p class="soft">Nothing so far.</p>`
      : html`<div class="scroll" tabindex="0" role="region" aria-label="errors">
          <table>
            <thead>
              <tr>
                <th scope="col">code</th>
                <th scope="col" class="number">objects</th>
                <th scope="col">one of them</th>
              </tr>
            </thead>
            <tbody>
              ${errors.map(
                ({ code, objects, sample, message }) =>
                  html`<tr>
                    <th scope="row">${code}</th>
                    <td class="number">${objects}</td>
                    <td><span class="mono">${sample}</span> <span class="soft small">${message}</span></td>
                  </tr>`,
              )}
            </tbody>
          </table>
        </div>`
  }
  ${errorsUnread > 0 ? html`<p class="soft small">${errorsUnread} more failed shards are not counted here.</p>` : null}`;
}

function askedOf(view: HuntView): Markup {
  const question = view.run?.question;
  if (question === undefined) return html`<p class="soft">It cannot be read.</p>`;
  return html`<dl>
    <dt>rules</dt>
    <dd>
      ${question.rules.slice(0, 20).map(({ rule }) => html`${rule.name}<br />`)}
      ${question.rules.length > 20 ? html`<span class="soft">and ${question.rules.length - 20} more</span>` : null}
    </dd>
    <dt>archives</dt>
    <dd>${question.archives.map(({ uri }) => html`<span class="mono">${uri}</span><br />`)}</dd>
    <dt>range</dt>
    <dd>${rangeWords(view)}, mode ${question.mode}</dd>
    <dt>listed</dt>
    <dd>${timeText(view.plan?.listed_at ?? null)}</dd>
    <dt>asked</dt>
    <dd>${timeText(view.asked?.at ?? null)} ${view.asked?.ticket ?? ''} ${view.asked?.purpose ?? ''}</dd>
    <dt>run id</dt>
    <dd class="mono">${view.run?.run_id ?? ''}</dd>
    <dt>run folder</dt>
    <dd class="mono">${view.uri}</dd>
  </dl>`;
}
