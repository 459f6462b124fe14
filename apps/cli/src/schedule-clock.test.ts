// BullMQ's job schedulers over a real Redis on the nights when clocks change: they ring when nights end, no night is skipped and none is rung twice.

import { connectRedis, createScheduleWorker, findSchedule, putSchedule, type RedisLink } from '@coldhunt/queue';
import { startRedis, type RedisServer } from '@coldhunt/queue/test/redis-server';
import { dueNights, nextInstant } from '@coldhunt/watch';
import { afterAll, afterEach, beforeAll, expect, it, vi } from 'vitest';

let server: RedisServer;
let redis: RedisLink;

beforeAll(async () => {
  server = await startRedis();
  redis = await connectRedis(server.url);
});

afterEach(() => {
  vi.useRealTimers();
});

afterAll(async () => {
  await redis.close();
  await server.stop();
});

it.each([
  ['30 2 * * *', 'Europe/Berlin', '2026-03-27T12:00:00Z'],
  ['30 2 * * *', 'Europe/Berlin', '2026-10-23T12:00:00Z'],
  ['0 0 * * *', 'America/Santiago', '2026-09-04T12:00:00Z'],
  ['15 1 * * *', 'Australia/Lord_Howe', '2026-04-03T00:00:00Z'],
])('rings by %s in %s from %s on as its nights end', async (cron, tz, from) => {
  vi.useFakeTimers({ toFake: ['Date'], now: Date.parse(from) });
  const access = { redis, prefix: `clock-${from}`.replaceAll(':', '-'), nextInstant };
  const schedule = { name: 'nightly', workspaceUri: 's3://hunts/nightly', cron, tz };
  await putSchedule(access, schedule);
  const rung: number[] = [];
  for (let night = 0; night < 4; night += 1) {
    const next = (await findSchedule(access, 'nightly'))?.nextMs ?? 0;
    vi.setSystemTime(next - 1);
    await ring(access, rung, 'not yet');
    expect(rung).toHaveLength(night);
    vi.setSystemTime(next);
    await ring(access, rung, 'now');
    expect(rung).toHaveLength(night + 1);
  }
  const nights = [...dueNights({ cron, tz, lateness_ms: 0 }, Date.parse(from), rung.at(-1) ?? 0)];
  expect(rung).toEqual(nights.map(({ toMs }) => toMs));
  for (const { fromMs, toMs } of nights.slice(1)) {
    expect(toMs - fromMs).toBeGreaterThanOrEqual(22.5 * 3_600_000);
    expect(toMs - fromMs).toBeLessThanOrEqual(25 * 3_600_000);
  }
});

/** Has a planner look: at once when it should ring `now`. */
async function ring(access: Parameters<typeof putSchedule>[0], rung: number[], when: 'now' | 'not yet'): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  const worker = createScheduleWorker({
    ...access,
    concurrency: 1,
    perform: async () => {
      rung.push(Date.now());
      resolve();
      return { state: 'done', nights: 1, alerts: 0, more: false };
    },
    onLockLost: () => Promise.resolve(),
    onGivenUp: () => Promise.resolve(),
  });
  await worker.ready();
  await (when === 'now' ? promise : new Promise((wait) => setTimeout(wait, 60)));
  await worker.drain(1000);
}
