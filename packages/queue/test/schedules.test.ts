// Schedules over a real Redis: they ring when the function of their nights says, once for all planners, and are made again when it is emptied.

import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { startRedis, type RedisServer } from './redis-server.ts';
import { until } from './until.ts';
import { connectRedis, type RedisLink } from '../src/connect-redis.ts';
import type { JobWorker } from '../src/create-job-worker.ts';
import { createScheduleWorker, type ScheduleWorkerOptions } from '../src/create-schedule-worker.ts';
import type { ScheduleResult } from '../src/schedule-job.ts';
import {
  dropSchedule,
  findSchedule,
  listSchedules,
  putSchedule,
  runSchedule,
  scheduleRunState,
  schedulingPlanners,
  type ScheduleAccess,
} from '../src/schedules.ts';

const NIGHTLY = { name: 'nightly', workspaceUri: 's3://hunts/nightly', cron: '15 2 * * *', tz: 'Europe/Berlin' };
const DONE: ScheduleResult = { state: 'done', nights: 1, alerts: 0, more: false };
/** Rings every 300 milliseconds, whatever is asked. */
const OFTEN_MS = 300;
const often = (_cron: string, _tz: string, afterMs: number): number => (Math.floor(afterMs / OFTEN_MS) + 1) * OFTEN_MS;

let server: RedisServer;
let redis: RedisLink;
let count = 0;
let access: ScheduleAccess;
const workers: JobWorker[] = [];

beforeAll(async () => {
  server = await startRedis();
  redis = await connectRedis(server.url);
});

beforeEach(() => {
  count += 1;
  // An instant of tomorrow: rings in no test.
  access = { redis, prefix: `schedules-${count}`, nextInstant: (_cron, _tz, afterMs) => afterMs + 86_400_000 };
});

afterEach(async () => {
  await Promise.all(workers.splice(0).map((worker) => worker.drain(0)));
});

afterAll(async () => {
  await redis.close();
  await server.stop();
});

async function plan(perform: ScheduleWorkerOptions['perform']): Promise<void> {
  const worker = createScheduleWorker({
    ...access,
    concurrency: 1,
    perform,
    onLockLost: () => Promise.resolve(),
    onGivenUp: () => Promise.resolve(),
  });
  workers.push(worker);
  await worker.ready();
}

describe('schedules', () => {
  it('are told with where their watch stands and when they ring next', async () => {
    expect(await listSchedules(access)).toEqual([]);
    const before = Date.now();
    await putSchedule(access, NIGHTLY);
    await putSchedule(access, {
      ...NIGHTLY,
      name: 'hourly',
      workspaceUri: '/var/hourly',
      cron: '5 * * * *',
      tz: 'UTC',
    });
    const listed = await listSchedules(access);
    expect(listed.map(({ name }) => name)).toEqual(['hourly', 'nightly']);
    expect(listed[1]).toMatchObject(NIGHTLY);
    expect(listed[1]?.nextMs).toBeGreaterThanOrEqual(before + 86_400_000);
    expect(await findSchedule(access, 'weekly')).toBeNull();
  });

  it('ring at other times when they are put again, and keep their name to themselves', async () => {
    await putSchedule(access, NIGHTLY);
    await putSchedule(access, { ...NIGHTLY, cron: '30 3 * * *', tz: 'UTC' });
    expect(await listSchedules(access)).toMatchObject([{ cron: '30 3 * * *', tz: 'UTC' }]);
    await expect(putSchedule(access, { ...NIGHTLY, workspaceUri: 's3://other' })).rejects.toMatchObject({
      code: 'SCHEDULE_TAKEN',
    });
    expect(await dropSchedule(access, 'nightly')).toBe(true);
    expect(await dropSchedule(access, 'nightly')).toBe(false);
    await putSchedule(access, { ...NIGHTLY, workspaceUri: 's3://other' });
  });

  it('ring once an instant, however many planners listen, and no more once they are dropped', async () => {
    access = { ...access, nextInstant: often };
    const rung: number[] = [];
    const perform: ScheduleWorkerOptions['perform'] = async ({ workspace_uri: uri }) => {
      expect(uri).toBe(NIGHTLY.workspaceUri);
      rung.push(Math.floor(Date.now() / OFTEN_MS));
      return DONE;
    };
    await plan(perform);
    await plan(perform);
    expect(await schedulingPlanners(access)).toBe(2);
    await putSchedule(access, NIGHTLY);
    await until('it rang four times', async () => rung.length >= 4);
    expect(new Set(rung).size).toBe(rung.length);
    await dropSchedule(access, 'nightly');
    const before = rung.length;
    await new Promise((resolve) => setTimeout(resolve, 3 * OFTEN_MS));
    expect(rung.length).toBeLessThanOrEqual(before + 1);
  });

  it('are run at once when asked for, a piece at a time, and not twice', async () => {
    let pieces = 0;
    const asked = await runSchedule(access, NIGHTLY);
    expect(asked.state).toBe('queued');
    expect(await runSchedule(access, NIGHTLY)).toEqual({ ...asked, state: 'known' });
    expect(await scheduleRunState(access, asked.jobId)).toMatchObject({ state: 'waiting' });
    await plan(async () => {
      pieces += 1;
      return { ...DONE, nights: 7, more: pieces < 3 };
    });
    await until('all pieces were run', async () => pieces === 3);
    await until('the first ended', async () => (await scheduleRunState(access, asked.jobId)).state === 'completed');
    expect(await scheduleRunState(access, asked.jobId)).toMatchObject({ result: { nights: 7, more: true } });
    expect((await runSchedule(access, NIGHTLY)).state).toBe('queued');
    await until('it ran again', async () => pieces === 4);
  });

  it('are gone with what Redis held, and there again once they are put', async () => {
    await putSchedule(access, NIGHTLY);
    await server.flush();
    expect(await findSchedule(access, 'nightly')).toBeNull();
    await putSchedule(access, NIGHTLY);
    expect(await findSchedule(access, 'nightly')).toMatchObject(NIGHTLY);
  });
});
