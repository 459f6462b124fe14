import { rm } from 'node:fs/promises';
import { InputError, TransientError } from '@coldhunt/core';
import { listRecords, readRecord } from '@coldhunt/engine';
import { Queue } from 'bullmq';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { buildHunt, scanJob, type BuiltHunt } from './build-hunt.ts';
import { startRedis, type RedisServer } from './redis-server.ts';
import { until } from './until.ts';
import { connectRedis, type RedisLink } from '../src/connect-redis.ts';
import type { JobEvent, JobWorker } from '../src/create-job-worker.ts';
import {
  createShardWorker,
  type ScanContext,
  type ShardResult,
  type ShardWorkerOptions,
} from '../src/create-shard-worker.ts';
import { followHunt, type FollowEvent, type FollowOptions } from '../src/follow-hunt.ts';
import type { FollowProgress } from '../src/followed-shards.ts';
import { huntJobId, shardJobId, type ShardJob } from '../src/jobs.ts';

let server: RedisServer;
let redis: RedisLink;
let count = 0;
let prefix: string;
const ends: (() => Promise<unknown>)[] = [];

beforeAll(async () => {
  server = await startRedis();
  redis = await connectRedis(server.url);
});

afterEach(async () => {
  for (const end of ends.splice(0).toReversed()) await end();
});

afterAll(async () => {
  await redis.close();
  await server.stop();
});

function freshPrefix(): string {
  count += 1;
  prefix = `test-${count}`;
  return prefix;
}

async function hunt(shards: number, name?: string): Promise<BuiltHunt> {
  const built = await buildHunt(shards, name);
  ends.push(() => rm(built.folder, { recursive: true, force: true }));
  return built;
}

type Scan = (job: ShardJob, context: ScanContext) => Promise<ShardResult>;

async function work(
  scan: Scan,
  concurrency = 2,
  onEvent?: (event: JobEvent) => void,
  poison: ShardWorkerOptions['poison'] = undefined,
): Promise<JobWorker> {
  const worker = createShardWorker({
    redis,
    prefix,
    concurrency,
    lockMs: 2000,
    stalledEveryMs: 500,
    scan,
    onEvent,
    poison,
  });
  ends.push(() => worker.drain(1000));
  await worker.ready();
  return worker;
}

function follow({ work: shards, store }: BuiltHunt, over: Partial<FollowOptions> = {}): Promise<void> {
  return followHunt({ redis, prefix, work: shards, store, auditEveryMs: 300, backoffMs: 20, ...over });
}

async function states({ store }: BuiltHunt): Promise<readonly string[]> {
  return [...(await listRecords(store)).values()].map(({ state }) => state);
}

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
    const connection = redis.open();
    const queue = new Queue('shards', { connection, prefix });
    ends.push(async () => {
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
      if (scanned === 8) await server.flush();
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
        await server.kill();
        setTimeout(() => void server.restart(), 300);
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
    const connection = redis.open();
    const queue = new Queue('shards', { connection, prefix });
    ends.push(async () => {
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

  it('lets storage that asks to slow down cost no attempt', async () => {
    freshPrefix();
    const built = await hunt(1);
    let tries = 0;
    const kinds: string[] = [];
    await work(
      async (job, { isLastAttempt }) => {
        tries += 1;
        expect(isLastAttempt).toBe(true);
        if (tries <= 2) throw new TransientError('STORAGE_THROTTLED', 'slow down');
        return scanJob(job, built.folder);
      },
      1,
      ({ kind }) => kinds.push(kind),
    );
    await follow(built, { attempts: 1 });
    expect(await states(built)).toEqual(['ok']);
    expect(kinds.filter((kind) => kind === 'throttled')).toHaveLength(2);
    expect(tries).toBe(3);
  });

  it('lets others go first when one shard is throttled again and again', async () => {
    freshPrefix();
    const built = await hunt(3);
    const [throttled] = [...(await collectIds(built))];
    const stop = new AbortController();
    await work(async (job) => {
      if (job.shard_id === throttled) throw new TransientError('STORAGE_THROTTLED', 'slow down');
      return scanJob(job, built.folder);
    }, 1);
    const followed = follow(built, { attempts: 1, signal: stop.signal }).catch((error: unknown) => error);
    await vi.waitFor(async () => expect(await states(built)).toEqual(['ok', 'ok']), { timeout: 50_000, interval: 200 });
    stop.abort(new TransientError('INTERRUPTED', 'seen enough'));
    expect(await followed).toMatchObject({ code: 'INTERRUPTED' });
  });

  it('tries passing faults again, and records what no attempt brought to an end', async () => {
    freshPrefix();
    const built = await hunt(3);
    const tries = new Map<string, number>();
    const [first, second] = [...(await collectIds(built))];
    await work(async (job) => {
      const attempt = (tries.get(job.shard_id) ?? 0) + 1;
      tries.set(job.shard_id, attempt);
      if (job.shard_id === first && attempt < 3) throw new TransientError('STORAGE_UNAVAILABLE', 'a hiccup');
      if (job.shard_id === second) throw new InputError('RUN_INVALID', 'no such shard');
      return scanJob(job, built.folder);
    });
    await follow(built);
    expect(tries.get(first ?? '')).toBe(3);
    expect(tries.get(second ?? '')).toBe(1);
    const record = (await listRecords(built.store)).get(second ?? '');
    const { objects } = await readRecord(built.store, record ?? { path: '', shard_id: '' });
    expect(objects[0]).toMatchObject({
      state: 'failed',
      reason: 'SHARD_FAILED',
      message: 'RUN_INVALID: no such shard',
    });
    expect((await states(built)).toSorted()).toEqual(['failed', 'ok', 'ok']);
  });

  it('gives a shard up that ends its thread three times, and goes on with the rest', async () => {
    freshPrefix();
    const built = await hunt(3);
    const [poison] = await collectIds(built);
    let starts = 0;
    await work(
      async (job) => {
        if (job.shard_id !== poison) return scanJob(job, built.folder);
        starts += 1;
        throw new TransientError('SHARD_GAVE_UP', 'its thread died');
      },
      2,
      undefined,
      { maxBad: 3, maxWaits: 2, pauseMs: 20 },
    );
    await follow(built);
    expect(starts).toBe(3);
    const record = (await listRecords(built.store)).get(poison ?? '');
    const { objects } = await readRecord(built.store, record ?? { path: '', shard_id: '' });
    expect(objects[0]).toMatchObject({ state: 'failed', reason: 'SHARD_GAVE_UP' });
    const [message] = objects.map((object) => ('message' in object ? object.message : ''));
    expect(message).toMatch(/^started 3 times, in the only process that took it, .* the last time: its thread died$/);
    expect((await states(built)).toSorted()).toEqual(['failed', 'ok', 'ok']);
  });

  it('gives no shard up that only one process cannot do: another one takes it', async () => {
    freshPrefix();
    const built = await hunt(2);
    const poison = { maxBad: 3, maxWaits: 50, pauseMs: 50 };
    let starts = 0;
    const ill = async (): Promise<never> => {
      starts += 1;
      throw new TransientError('SHARD_GAVE_UP', 'its thread died');
    };
    await work(ill, 2, undefined, poison);
    const following = follow(built);
    await until('the ill one has tried what it may', () => starts === 6);
    await work((job) => scanJob(job, built.folder), 2, undefined, poison);
    await following;
    expect(starts).toBe(6);
    expect(await states(built)).toEqual(['ok', 'ok']);
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
    const connection = redis.open();
    const queue = new Queue('shards', { connection, prefix });
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
    expect(told.at(-1)).toMatchObject({ kind: 'no-worker', redis: redis.shown, prefix });
    await work(async (job) => scanJob(job, built.folder));
    await following;
    expect(told.filter(({ kind }) => kind === 'no-worker')).toHaveLength(1);
  });

  it('leaves a job of a newer format to newer workers, and does not count that as a try', async () => {
    freshPrefix();
    const built = await hunt(1);
    const [id = ''] = await collectIds(built);
    const jobId = shardJobId(idOf(built), id);
    const connection = redis.open();
    const queue = new Queue('shards', { connection, prefix });
    ends.push(async () => {
      await queue.close();
      connection.disconnect();
    });
    await queue.add('shard', { format: 2, whatever: true }, { jobId });
    const events: JobEvent[] = [];
    await work(
      async (job) => scanJob(job, built.folder),
      1,
      (event) => events.push(event),
    );
    await until('it is left', () => events.some(({ kind }) => kind === 'left'));
    const left = events.find((event) => event.kind === 'left');
    expect(left?.error.code).toBe('JOB_FORMAT_NEWER');
    await until(
      'it waits again',
      async () => (await queue.getJob(jobId))?.getState().then((s) => s === 'delayed') ?? false,
    );
    expect((await queue.getJob(jobId))?.attemptsMade).toBe(0);
  });

  it('leaves a shard of a run that a newer version wrote to newer workers', async () => {
    freshPrefix();
    const built = await hunt(1);
    let isOld = true;
    const events: JobEvent[] = [];
    await work(
      async (job) => {
        if (isOld) throw new InputError('RUN_FORMAT_NEWER', 'run.json has format 2');
        return scanJob(job, built.folder);
      },
      1,
      (event) => {
        events.push(event);
        if (event.kind === 'left') isOld = false;
      },
    );
    const told: FollowEvent[] = [];
    await follow(built, { attempts: 1, onEvent: (event) => told.push(event) });
    expect(told).toContainEqual({ kind: 'left', reason: 'RUN_FORMAT_NEWER: run.json has format 2' });
    expect(events.map(({ kind }) => kind)).toEqual(['started', 'left', 'started', 'done']);
    expect(await states(built)).toEqual(['ok']);
  });

  it('takes its shards out of the queue when it is stopped', async () => {
    freshPrefix();
    const built = await hunt(10);
    const stop = new AbortController();
    const following = follow(built, { signal: stop.signal });
    const connection = redis.open();
    const queue = new Queue('shards', { connection, prefix });
    ends.push(async () => {
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

function idOf({ run: { run_id: runId, generation }, store }: BuiltHunt): string {
  return huntJobId({ runId, generation, folder: store.uri });
}

async function collectIds(built: BuiltHunt): Promise<readonly string[]> {
  const ids: string[] = [];
  for await (const { id } of built.work.shards()) ids.push(id);
  return ids;
}
