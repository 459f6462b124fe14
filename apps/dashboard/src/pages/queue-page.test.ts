import type { ActiveShard, Fleet } from '@coldhunt/queue';
import { expect, it } from 'vitest';
import { metricsText } from '../metrics-text.ts';
import type { Sight } from '../workspace/workspace.ts';
import { queuePage } from './queue-page.ts';

const NOW = Date.UTC(2026, 1, 20);
const SIGHT: Sight = { uri: '', hunts: [], watches: [], unread: 0, isCut: false, problem: null, atMs: NOW };

function fleetOf(active: readonly ActiveShard[]): Fleet {
  const empty = { waiting: 0, active: 0, delayed: 0, failed: 0, processes: null };
  const shards = { waiting: 1234, active: active.length, delayed: 2, failed: 3, processes: 4 };
  return { queues: { hunts: empty, reduce: empty, partitions: empty, watches: empty, shards }, active, throttles: 7 };
}

function shardOf(number: number): ActiveShard {
  return {
    huntId: 'hunt',
    shardId: String(number).padStart(32, '0'),
    worker: '<b>host</b>:17',
    startedAtMs: NOW - 65_000,
    attempt: 2,
    bytes: 1_500_000,
    events: 1000,
    matches: 5,
  };
}

it('tells what waits, who is there and what each worker does, hostile names too', async () => {
  const fleet = fleetOf(Array.from({ length: 60 }, (_, number) => shardOf(number)));
  const queue = { state: 'up', redis: 'redis://queue:6379', prefix: 'coldhunt', fleet } as const;
  const { text } = queuePage({ sight: SIGHT, queue, nowMs: NOW }).main;
  expect(text).toContain('&lt;b&gt;host&lt;/b&gt;:17');
  expect(text).toContain('1 min 5 s');
  expect(text).toContain('1.5 MB');
  expect(text).toContain('<b>1,234</b>');
  expect(text).toMatch(/and 10\s+more/);
  const metrics = await metricsText({ sight: SIGHT, queue, nowMs: NOW });
  expect(metrics).toContain('coldhunt_queue_jobs{queue="shards",state="waiting"} 1234');
  expect(metrics).toContain('coldhunt_queue_processes{queue="shards"} 4');
  expect(metrics).not.toContain('coldhunt_queue_processes{queue="hunts"}');
  expect(metrics).toContain('coldhunt_throttles 7');
  expect(metrics).toContain('coldhunt_matches 300');
});

it('says where no Redis is named, or it is away', () => {
  expect(queuePage({ sight: SIGHT, queue: null, nowMs: NOW }).main.text).toContain('No Redis is named');
  const down = queuePage({ sight: SIGHT, queue: { state: 'down', problem: '<gone>' }, nowMs: NOW }).main.text;
  expect(down).toContain('Redis does not answer: &lt;gone&gt;');
});
