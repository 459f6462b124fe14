// What the fleet is doing, as Redis tells.

import { html, type Markup } from '@coldhunt/engine';
import type { Fleet } from '@coldhunt/queue';
import type { QueueSight } from '../queue-view.ts';
import type { Sight } from '../workspace/workspace.ts';
import { card, live, type Page } from './frame.ts';
import { activeTable } from './hunt-page.ts';
import { noticesOf } from './notices.ts';

const TAKEN_BY = {
  hunts: 'planners',
  reduce: 'reducers',
  shards: 'workers',
  partitions: 'reducers',
  watches: 'planners',
} as const;

export interface QueueInput {
  readonly sight: Sight;
  readonly queue: QueueSight | null;
  readonly nowMs: number;
}

export function queuePage({ sight, queue, nowMs }: QueueInput): Page {
  return {
    title: 'Queue',
    part: 'queue',
    main: html`<h1>Queue</h1>
      ${live('notices', noticesOf(sight, queue))}
      ${live(
        'fleet',
        queue === null
          ? html`<p>No Redis is named: hunts of one process need none. Name one with --redis or COLDHUNT_REDIS_URL.</p>`
          : queue.state === 'up'
            ? fleetOf(queue.fleet, `${queue.redis}, prefix ${queue.prefix}`, nowMs)
            : html`<p class="soft">Nothing is known while Redis is away.</p>`,
      )}`,
  };
}

function fleetOf(fleet: Fleet, where: string, nowMs: number): Markup {
  return html`<p class="soft">${where}</p>
    <ul class="cards">
      ${card(fleet.queues.shards.waiting, 'shards wait')} ${card(fleet.queues.shards.active, 'shards at work')}
      ${card(fleet.queues.shards.processes ?? '?', 'workers')}
      ${card(fleet.throttles, 'times the storage asked for less')}
    </ul>
    <div class="scroll" tabindex="0" role="region" aria-label="queues">
      <table>
        <thead>
          <tr>
            <th scope="col">queue</th>
            <th scope="col">taken by</th>
            <th scope="col" class="number">connected</th>
            <th scope="col" class="number">waiting</th>
            <th scope="col" class="number">active</th>
            <th scope="col" class="number">delayed</th>
            <th scope="col" class="number">failed</th>
          </tr>
        </thead>
        <tbody>
          ${Object.entries(TAKEN_BY).map(([name, by]) => {
            const state = fleet.queues[name as keyof typeof TAKEN_BY];
            return html`<tr>
              <th scope="row">${name}</th>
              <td>${by}</td>
              <td class="number">${state.processes ?? '?'}</td>
              <td class="number">${state.waiting}</td>
              <td class="number">${state.active}</td>
              <td class="number">${state.delayed}</td>
              <td class="number">${state.failed}</td>
            </tr>`;
          })}
        </tbody>
      </table>
    </div>
    <h2>At work</h2>
    ${fleet.active.length === 0 ? html`<p class="soft">No worker has a shard.</p>` : activeTable(fleet.active, nowMs)}`;
}
