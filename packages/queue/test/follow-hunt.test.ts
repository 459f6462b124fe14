import { TransientError } from '@coldhunt/core';
import { Queue } from 'bullmq';
import { describe, expect, it } from 'vitest';
import { scanJob } from './build-hunt.ts';
import { until } from './until.ts';
import { collectIds, idOf, useFollowedHunts } from './use-followed-hunts.ts';
import type { FollowEvent } from '../src/follow-hunt.ts';
import type { FollowProgress } from '../src/followed-shards.ts';
import { shardJobId } from '../src/jobs.ts';

const { used, prefix, freshPrefix, hunt, work, follow, states } = useFollowedHunts();

describe('followHunt', () => {
  it('has every shard scanned once, and tells how far it is', async () => {
    freshPrefix();
    const built = await hunt(12);
    let scanned = 0;
    await work(async (job) => {
      scanned += 1;
      return scanJob(job, built.folder);
    });
    let last: FollowProgress | undefined;
    // A shard that the audit finds first is counted, its matches are not.
    await follow(built, { auditEveryMs: 60_000, onProgress: (progress) => (last = progress) });
    expect(await states(built)).toEqual(Array.from({ length: 12 }, () => 'ok'));
    expect(scanned).toBe(12);
    const { bytes } = built.work.plan.done.selected;
    expect(last).toMatchObject({ shards: { done: 12, total: 12 }, bytes: { done: bytes, total: bytes }, matches: 12 });
    await follow(built);
    expect(scanned).toBe(12);
  });

  it('keeps no more shards in Redis than it may, and gets through all of them', async () => {
    freshPrefix();
    const built = await hunt(60);
    const connection = used.redis.open();
    const queue = new Queue('shards', { connection, prefix: prefix() });
    used.ends.push(async () => {
      await queue.close();
      connection.disconnect();
    });
    let most = 0;
    await work(async (job) => {
      const counts = await queue.getJobCounts('wait', 'prioritized', 'active', 'delayed');
      most = Math.max(
        most,
        Object.values(counts).reduce((sum, value) => sum + value, 0),
      );
      return scanJob(job, built.folder);
    });
    await follow(built, { maxWaiting: 10 });
    expect(await states(built)).toHaveLength(60);
    expect(most).toBeGreaterThan(2);
    expect(most).toBeLessThanOrEqual(10);
  });

  it('queues anew what Redis lost midway', async () => {
    freshPrefix();
    const built = await hunt(30);
    let scanned = 0;
    await work(async (job) => {
      scanned += 1;
      if (scanned === 8) await used.server.flush();
      return scanJob(job, built.folder);
    });
    const events: string[] = [];
    await follow(built, { onEvent: ({ kind }) => events.push(kind) });
    expect(await states(built)).toEqual(Array.from({ length: 30 }, () => 'ok'));
    expect(events).toContain('added-again');
  });

  it('waits while Redis is away, and goes on', async () => {
    freshPrefix();
    const built = await hunt(20);
    let scanned = 0;
    await work(async (job) => {
      scanned += 1;
      if (scanned === 5) {
        await used.server.kill();
        setTimeout(() => void used.server.restart(), 300);
      }
      return scanJob(job, built.folder);
    });
    await follow(built);
    expect(await states(built)).toEqual(Array.from({ length: 20 }, () => 'ok'));
  });

  it('gives two hunts the workers in turn, by weight', async () => {
    freshPrefix();
    const [large, small] = [await hunt(120, 'large'), await hunt(24, 'small')];
    const order: string[] = [];
    let open: () => void = () => undefined;
    const gate = new Promise<void>((resolve) => (open = resolve));
    await work(async (job) => {
      await gate;
      const isLarge = job.run_id === large.run.run_id;
      order.push(isLarge ? 'large' : 'small');
      return scanJob(job, isLarge ? large.folder : small.folder);
    }, 1);
    const connection = used.redis.open();
    const queue = new Queue('shards', { connection, prefix: prefix() });
    used.ends.push(async () => {
      await queue.close();
      connection.disconnect();
    });
    const waiting = async (): Promise<number> => (await queue.getJobCountByTypes('prioritized', 'active')) as number;
    const first = follow(large);
    await until('the large hunt waits', async () => (await waiting()) === 120);
    const second = follow(small, { weight: 2 });
    await until('both hunts wait', async () => (await waiting()) === 144);
    open();
    await Promise.all([first, second]);
    const lastOfSmall = order.lastIndexOf('small');
    const largeBefore = order.slice(0, lastOfSmall).filter((name) => name === 'large').length;
    // 24 shards of weight 2 take two rounds, in which the other hunt has 8 each.
    expect(largeBefore).toBeGreaterThanOrEqual(8);
    expect(largeBefore).toBeLessThanOrEqual(24);
  });

  it('writes once what is delivered twice', async () => {
    freshPrefix();
    const built = await hunt(4);
    const written: string[] = [];
    await work(async (job) => {
      const result = await scanJob(job, built.folder);
      written.push(result.written);
      const again = await scanJob(job, built.folder);
      written.push(again.written);
      return again;
    });
    await follow(built);
    expect(written.toSorted()).toEqual([
      ...Array.from({ length: 4 }, () => 'created'),
      ...Array.from({ length: 4 }, () => 'exists'),
    ]);
  });

  it('takes up a hunt where jobs of an earlier follower failed unrecorded or ended without a record', async () => {
    freshPrefix();
    const built = await hunt(4);
    const ids = await collectIds(built);
    const huntId = idOf(built);
    const connection = used.redis.open();
    const queue = new Queue('shards', { connection, prefix: prefix() });
    for (const id of ids) await queue.add('shard', { not: 'understood' }, { jobId: shardJobId(huntId, id) });
    const broken = await work(async (job) => scanJob(job, built.folder));
    await until('the jobs failed', async () => (await queue.getFailedCount()) === 4);
    await queue.close();
    connection.disconnect();
    await follow(built);
    expect(await states(built)).toEqual(['ok', 'ok', 'ok', 'ok']);
    await broken.drain(100);
  });

  it('says after some seconds that no worker is connected, and only then', async () => {
    freshPrefix();
    const built = await hunt(2);
    const told: FollowEvent[] = [];
    const following = follow(built, { onEvent: (event) => told.push(event) });
    await until('it is told', () => told.some(({ kind }) => kind === 'no-worker'));
    expect(told.at(-1)).toMatchObject({ kind: 'no-worker', redis: used.redis.shown, prefix: prefix() });
    await work(async (job) => scanJob(job, built.folder));
    await following;
    expect(told.filter(({ kind }) => kind === 'no-worker')).toHaveLength(1);
  });

  it('takes its shards out of the queue when it is stopped', async () => {
    freshPrefix();
    const built = await hunt(10);
    const stop = new AbortController();
    const following = follow(built, { signal: stop.signal });
    const connection = used.redis.open();
    const queue = new Queue('shards', { connection, prefix: prefix() });
    used.ends.push(async () => {
      await queue.close();
      connection.disconnect();
    });
    await until('shards wait', async () => (await queue.getPrioritizedCount()) === 10);
    stop.abort(new TransientError('INTERRUPTED', 'stopped'));
    await expect(following).rejects.toMatchObject({ code: 'INTERRUPTED' });
    expect(await queue.getPrioritizedCount()).toBe(0);
  });

  it('puts a shard back when its worker drains, and another goes on with it', async () => {
    freshPrefix();
    const built = await hunt(1);
    let started = 0;
    const slow = await work(async (_job, { signal }) => {
      started += 1;
      await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }));
      throw signal.reason;
    }, 1);
    const following = follow(built, { attempts: 1 });
    await until('the shard is begun', () => started === 1);
    expect(await slow.drain(50)).toBe(1);
    await work(async (job) => scanJob(job, built.folder));
    await following;
    expect(await states(built)).toEqual(['ok']);
  });
});
