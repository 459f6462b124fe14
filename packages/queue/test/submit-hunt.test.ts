import { InputError } from '@coldhunt/core';
import {
  connectRedis,
  createHuntWorker,
  createPartitionWorker,
  huntJobId,
  huntStatus,
  sharePartitions,
  submitHunt,
  submitReduction,
  type HuntJob,
  type JobWorker,
  type RedisLink,
} from '@coldhunt/queue';
import { Worker } from 'bullmq';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { startRedis, type RedisServer } from './redis-server.ts';
import { until } from './until.ts';

const FOLDER = 's3://hunts/january';
const RUN = { runUri: FOLDER, folder: FOLDER, runId: 'ab'.repeat(32), generation: 1, startedAtMs: 1_000 };
const HUNT_ID = huntJobId(RUN);

let server: RedisServer;
let redis: RedisLink;
let prefix = '';
let count = 0;
const workers: JobWorker[] = [];

beforeAll(async () => {
  server = await startRedis();
  redis = await connectRedis(server.url);
});

afterEach(async () => {
  for (const worker of workers.splice(0)) await worker.drain(100);
});

afterAll(async () => {
  await redis.close();
  await server.stop();
});

type Perform = Parameters<typeof createHuntWorker>[0]['perform'];

async function start(queue: 'hunts' | 'reduce', perform: Perform): Promise<JobWorker> {
  const worker = createHuntWorker({ redis, prefix, queue, concurrency: 2, lockMs: 1000, stalledEveryMs: 200, perform });
  workers.push(worker);
  await worker.ready();
  return worker;
}

function freshPrefix(): { readonly redis: RedisLink; readonly prefix: string } {
  count += 1;
  prefix = `hunts-${count}`;
  return { redis, prefix };
}

const HUNT: HuntJob = {
  format: 1,
  run_uri: RUN.runUri,
  run_id: RUN.runId,
  generation: 1,
  weight: 1,
  retry: { failed: false, archived: false },
  started_at_ms: 1,
  partitions: 5,
  limits: {},
};

describe('sharePartitions', () => {
  it('has the parts of a reduction made by several reducers, and tells of those that failed', async () => {
    const access = freshPrefix();
    const made: number[] = [];
    for (let index = 0; index < 2; index += 1) {
      const worker = createPartitionWorker({
        ...access,
        concurrency: 1,
        perform: (job) => {
          if (job.number === 3) throw new InputError('RUN_INVALID', 'a damaged record');
          made.push(job.number);
          return Promise.resolve();
        },
      });
      workers.push(worker);
      await worker.ready();
    }
    expect(await sharePartitions(access, HUNT, { huntId: HUNT_ID })).toEqual({ completed: 4, unfinished: 1 });
    expect(made.toSorted()).toEqual([0, 1, 2, 4]);
  });
});

describe('submitHunt', () => {
  it('hands a hunt to one planner and then to one reducer, and tells where it is', async () => {
    const access = freshPrefix();
    const taken: HuntJob[] = [];
    expect(await submitHunt(access, { ...RUN, weight: 3, limits: { maxBytes: 10 } })).toBe('queued');
    expect(await submitHunt(access, { ...RUN, weight: 3 })).toBe('known');
    expect((await huntStatus(access, RUN)).planner).toMatchObject({ state: 'waiting', attempts: 0 });
    await start('hunts', async (job, { jobId, progress }) => {
      taken.push(job);
      progress({ phase: 'plan' });
      await submitReduction(access, job, { huntId: jobId });
    });
    await start('reduce', async (job) => {
      taken.push(job);
    });
    await until('the hunt is reduced', async () => (await huntStatus(access, RUN)).reducer?.state === 'completed');
    expect(taken).toHaveLength(2);
    expect(taken[0]).toEqual(taken[1]);
    expect(taken[0]).toMatchObject({ run_uri: RUN.runUri, weight: 3, limits: { max_bytes: 10 } });
    const status = await huntStatus(access, RUN);
    expect(status.planner?.state).toBe('completed');
    expect(status.processes).toMatchObject({ planners: 1, reducers: 1, workers: 0 });
  });

  it('hands over the same question once for each folder that it is asked into', async () => {
    const access = freshPrefix();
    const other = { ...RUN, runUri: 's3://hunts/again', folder: 's3://hunts/again' };
    const linked = { ...RUN, runUri: 's3://linked/january' };
    expect(await submitHunt(access, RUN)).toBe('queued');
    expect(await submitHunt(access, other)).toBe('queued');
    expect(await submitHunt(access, linked)).toBe('known');
    const reduced: string[] = [];
    await start('hunts', async (job, { jobId }) => {
      if (job.run_uri === other.runUri) throw new InputError('LAYOUT_INVALID', 'no such layout');
      await submitReduction(access, job, { huntId: jobId });
    });
    await start('reduce', async (job) => {
      reduced.push(job.run_uri);
    });
    await until('the one failed', async () => (await huntStatus(access, other)).planner?.state === 'failed');
    await until('the other is reduced', async () => (await huntStatus(access, RUN)).reducer?.state === 'completed');
    expect(reduced).toEqual([RUN.runUri]);
    expect((await huntStatus(access, other)).reducer).toBeNull();
  });

  it('says why a hunt failed, and takes it up again when it is submitted again', async () => {
    const access = freshPrefix();
    let tries = 0;
    await start('hunts', async () => {
      tries += 1;
      if (tries === 1) throw new InputError('LAYOUT_INVALID', 'no such layout');
    });
    await submitHunt(access, RUN);
    await until('it failed', async () => (await huntStatus(access, RUN)).planner?.state === 'failed');
    expect((await huntStatus(access, RUN)).planner?.failure).toEqual({
      code: 'LAYOUT_INVALID',
      message: 'no such layout',
    });
    expect(await submitHunt(access, RUN)).toBe('queued');
    await until('it is planned', async () => (await huntStatus(access, RUN)).planner?.state === 'completed');
    expect(tries).toBe(2);
  });

  it.each([
    ['STORAGE_NOT_FOUND', 1],
    ['STORAGE_DENIED', 1],
    ['PLAN_TOO_LARGE', 1],
    // Another planner may know the archive, or serve the run: a few tries, and soon.
    ['CONFIG_INVALID', 5],
  ] as const)('fails a hunt with %s after tries: %i', async (code, expected) => {
    const access = freshPrefix();
    let tries = 0;
    await start('hunts', async () => {
      tries += 1;
      throw new InputError(code, 'no');
    });
    await submitHunt(access, RUN);
    await until('it failed', async () => (await huntStatus(access, RUN)).planner?.state === 'failed');
    expect(tries).toBe(expected);
  });

  it('tells, once it is given up, why: its own words, or that each process that had it ended', async () => {
    const access = freshPrefix();
    const told: string[] = [];
    const connection = redis.open();
    const dead = new Worker('hunts', () => new Promise(() => undefined), {
      connection,
      prefix,
      lockDuration: 300,
      skipLockRenewal: true,
      skipStalledCheck: true,
    });
    await submitHunt(access, RUN);
    await until('it is taken', async () => (await huntStatus(access, RUN)).planner?.state === 'active');
    await connection.hset(`${prefix}:hunts:${HUNT_ID}`, 'stc', '9');
    await dead.pause(true);
    const worker = createHuntWorker({
      ...access,
      queue: 'hunts',
      concurrency: 1,
      lockMs: 1000,
      stalledEveryMs: 200,
      perform: () => Promise.reject(new InputError('PLAN_TOO_LARGE', 'too large')),
      onGivenUp: (job, error) => {
        told.push(`${job.run_uri} ${error.code}`);
        return told.length === 2 ? Promise.reject(new InputError('STORAGE_DENIED', 'no')) : Promise.resolve();
      },
      onEvent: (event) => {
        if (event.kind === 'unrecorded') told.push(event.error.code);
      },
    });
    workers.push(worker);
    await until('it is given up', () => told.length === 1);
    expect(told).toEqual([`${RUN.runUri} INTERRUPTED`]);
    await submitHunt(access, RUN);
    await until('it is given up again', () => told.length === 3);
    expect(told.slice(1)).toEqual([`${RUN.runUri} PLAN_TOO_LARGE`, 'STORAGE_DENIED']);
    redis.end(connection);
  });

  it('puts a hunt back that Redis lost while it was under way', async () => {
    const access = freshPrefix();
    let begun = 0;
    await start('hunts', async (_job, { signal }) => {
      begun += 1;
      if (begun > 1) return;
      await server.flush();
      await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }));
      signal.throwIfAborted();
    });
    await submitHunt(access, RUN);
    await until('it is done', async () => (await huntStatus(access, RUN)).planner?.state === 'completed');
    expect(begun).toBe(2);
  });

  it('goes on in another process when the one that had it drains', async () => {
    const access = freshPrefix();
    let begun = 0;
    const first = await start('reduce', async (_job, { signal }) => {
      begun += 1;
      await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }));
      signal.throwIfAborted();
    });
    await submitReduction(access, HUNT, { huntId: HUNT_ID });
    await until('it is begun', () => begun === 1);
    expect(await first.drain(20)).toBe(1);
    await start('reduce', () => Promise.resolve('done'));
    await until('it is done', async () => (await huntStatus(access, RUN)).reducer?.state === 'completed');
  });
});
