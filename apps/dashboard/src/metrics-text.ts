// What Prometheus reads: made anew of what was seen at each scrape, so that nothing is counted twice and nothing stays of hunts that are gone.

import { Gauge, Registry } from 'prom-client';
import type { Fleet } from '@coldhunt/queue';
import type { QueueSight } from './queue-view.ts';
import { watermarkLagMs } from './workspace/watch-view.ts';
import type { HuntState, HuntView } from './workspace/hunt-view.ts';
import type { Sight } from './workspace/workspace.ts';

/** Of a label that names a folder: more of them are left out, so that a workspace cannot fill the memory of a server that keeps series. */
const MOST_WATCHES = 200;

const HUNT_STATES: readonly HuntState[] = [
  'planning',
  'scanning',
  'reducing',
  'cancelled',
  'failed',
  'done',
  'incomplete',
  'pruned',
  'unreadable',
];

interface Told {
  readonly name: string;
  readonly help: string;
  readonly labels?: readonly string[];
  readonly values: (seen: Seen) => readonly { readonly labels?: Record<string, string>; readonly value: number }[];
}

export interface Seen {
  readonly sight: Sight;
  readonly queue: QueueSight | null;
  readonly nowMs: number;
}

/** Sums over all hunts that are read. */
const sumOf = (hunts: readonly HuntView[], count: (hunt: HuntView) => number): number =>
  hunts.reduce((sum, hunt) => sum + count(hunt), 0);
const isUnder = ({ state }: HuntView): boolean => state === 'planning' || state === 'scanning' || state === 'reducing';
const one = (value: number): readonly { readonly value: number }[] => [{ value }];
const ofFleet = (
  queue: QueueSight | null,
  values: (fleet: Fleet) => ReturnType<Told['values']>,
): ReturnType<Told['values']> => (queue?.state === 'up' ? values(queue.fleet) : []);

const TOLD: readonly Told[] = [
  {
    name: 'coldhunt_hunts',
    help: 'Hunts of the workspace by state.',
    labels: ['state'],
    values: ({ sight }) =>
      HUNT_STATES.map((state) => ({
        labels: { state },
        value: sight.hunts.filter((hunt) => hunt.state === state).length,
      })),
  },
  {
    name: 'coldhunt_shards',
    help: 'Shards by state of the hunts that are under way. A shard that is running is also waiting for its record.',
    labels: ['state'],
    values: ({ sight, queue }) => {
      const under = sight.hunts.filter(isUnder);
      const recorded = sumOf(under, ({ shards }) => shards.recorded);
      const failed = sumOf(under, ({ shards }) => shards.failed);
      const running = queue?.state === 'up' ? queue.fleet.queues.shards.active : 0;
      const waiting = Math.max(0, sumOf(under, ({ shards }) => shards.total) - recorded - running);
      return Object.entries({
        waiting,
        running,
        done: recorded - failed,
        retried: sumOf(under, ({ shards }) => shards.retried),
        failed,
      }).map(([state, value]) => ({ labels: { state }, value }));
    },
  },
  {
    name: 'coldhunt_scanned_bytes',
    help: 'Stored bytes that the hunts of the workspace have read; of hunts under way by their shards.',
    values: ({ sight }) =>
      one(
        sumOf(sight.hunts, ({ outcome, plan, shards }) =>
          outcome === null
            ? shards.total === 0
              ? 0
              : ((plan?.selected.bytes ?? 0) * shards.recorded) / shards.total
            : outcome.bytes,
        ),
      ),
  },
  {
    name: 'coldhunt_scanned_events',
    help: 'Events that finished hunts have parsed, and shards at work until now.',
    values: ({ sight, queue }) =>
      one(sumOf(sight.hunts, ({ outcome }) => outcome?.events ?? 0) + atWork(queue, ({ events }) => events)),
  },
  {
    name: 'coldhunt_matches',
    help: 'Matches of finished hunts, and of shards at work until now.',
    values: ({ sight, queue }) =>
      one(sumOf(sight.hunts, ({ outcome }) => outcome?.matches ?? 0) + atWork(queue, ({ matches }) => matches)),
  },
  {
    name: 'coldhunt_alerts',
    help: 'Alerts of finished hunts.',
    values: ({ sight }) => one(sumOf(sight.hunts, ({ outcome }) => outcome?.alerts ?? 0)),
  },
  {
    name: 'coldhunt_failed_objects',
    help: 'Objects that finished hunts could not read.',
    values: ({ sight }) => one(sumOf(sight.hunts, ({ outcome }) => outcome?.failedObjects ?? 0)),
  },
  {
    name: 'coldhunt_retried_shards',
    help: 'Shards of hunts under way that were done after more than one try.',
    values: ({ sight }) => one(sumOf(sight.hunts, ({ shards }) => shards.retried)),
  },
  {
    name: 'coldhunt_throttles',
    help: 'How often workers put a shard back because the storage asked for less, since Redis began to count.',
    values: ({ queue }) => ofFleet(queue, ({ throttles }) => one(throttles)),
  },
  {
    name: 'coldhunt_queue_jobs',
    help: 'Jobs by queue and state; waiting shards are what workers are scaled by.',
    labels: ['queue', 'state'],
    values: ({ queue }) =>
      ofFleet(queue, ({ queues }) =>
        Object.entries(queues).flatMap(([name, { waiting, active, delayed, failed }]) =>
          Object.entries({ waiting, active, delayed, failed }).map(([state, value]) => ({
            labels: { queue: name, state },
            value,
          })),
        ),
      ),
  },
  {
    name: 'coldhunt_queue_processes',
    help: 'Processes that are connected to take jobs of a queue.',
    labels: ['queue'],
    values: ({ queue }) =>
      ofFleet(queue, ({ queues }) =>
        Object.entries(queues).flatMap(([name, { processes }]) =>
          processes === null ? [] : [{ labels: { queue: name }, value: processes }],
        ),
      ),
  },
  {
    name: 'coldhunt_redis_up',
    help: '1 when Redis answers, 0 when it does not; absent where none is named.',
    values: ({ queue }) => (queue === null ? [] : one(queue.state === 'up' ? 1 : 0)),
  },
  {
    name: 'coldhunt_workspace_up',
    help: '1 when the workspace answered the last time.',
    values: ({ sight }) => one(sight.problem === null ? 1 : 0),
  },
  {
    name: 'coldhunt_workspace_unread',
    help: 'Runs and watches that were found and not read yet.',
    values: ({ sight }) => one(sight.unread),
  },
  {
    name: 'coldhunt_watch_lag_seconds',
    help: 'How far the watermark of a watch lies behind what a night could have taken up by now.',
    labels: ['watch'],
    values: ({ sight, nowMs }) =>
      sight.watches.slice(0, MOST_WATCHES).flatMap((view) => {
        const lag = watermarkLagMs(view, nowMs);
        return lag === null ? [] : [{ labels: { watch: view.path }, value: lag / 1000 }];
      }),
  },
  {
    name: 'coldhunt_watch_overdue_seconds',
    help: 'How long ago the next night of a watch should have been run; 0 when none is due.',
    labels: ['watch'],
    values: ({ sight, nowMs }) =>
      sight.watches
        .slice(0, MOST_WATCHES)
        .flatMap(({ path, nextRunMs }) =>
          nextRunMs === null ? [] : [{ labels: { watch: path }, value: Math.max(0, nowMs - nextRunMs) / 1000 }],
        ),
  },
  {
    name: 'coldhunt_watch_holes',
    help: 'What the last night of a watch still has to reach.',
    labels: ['watch'],
    values: ({ sight }) =>
      sight.watches
        .slice(0, MOST_WATCHES)
        .map(({ path, nights }) => ({ labels: { watch: path }, value: nights.at(-1)?.examined.unread.length ?? 0 })),
  },
  {
    name: 'coldhunt_watch_pending_nights',
    help: 'Nights that a sink of a watch has still to be told of.',
    labels: ['watch', 'sink'],
    values: ({ sight }) =>
      sight.watches
        .slice(0, MOST_WATCHES)
        .flatMap(({ path, pending }) =>
          Object.entries(pending).map(([sink, value]) => ({ labels: { watch: path, sink }, value })),
        ),
  },
];

export const METRIC_NAMES: readonly string[] = TOLD.map(({ name }) => name);

/** The text of a scrape. */
export function metricsText(seen: Seen): Promise<string> {
  const registry = new Registry();
  for (const { name, help, labels = [], values } of TOLD) {
    const found = values(seen);
    // One without labels would count as 0 where nothing is known.
    if (found.length === 0) continue;
    const gauge = new Gauge({ name, help, labelNames: labels, registers: [registry] });
    for (const each of found) gauge.set(each.labels ?? {}, each.value);
  }
  return registry.metrics();
}

function atWork(queue: QueueSight | null, count: (shard: Fleet['active'][number]) => number): number {
  return queue?.state === 'up' ? queue.fleet.active.reduce((sum, shard) => sum + count(shard), 0) : 0;
}
