import { hostname } from 'node:os';
import { connectRedis, createShardWorker, readFleet, type JobWorker, type RedisLink } from '@coldhunt/queue';
import { Queue } from 'bullmq';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startRedis, type RedisServer } from './redis-server.ts';
import { until } from './until.ts';

const SHARD = 'cd'.repeat(16);
const JOB = { format: 1, run_uri: 's3://hunts/a', run_id: 'ab'.repeat(32), generation: 1, shard_id: SHARD, part: 0 };

let server: RedisServer;
let redis: RedisLink;
let worker: JobWorker;

beforeAll(async () => {
  server = await startRedis();
  redis = await connectRedis(server.url);
});

afterAll(async () => {
  await worker.drain(0);
  await redis.close();
  await server.stop();
});

it('tells who has which shard, how far it is, and what waits', async () => {
  worker = createShardWorker({
    redis,
    concurrency: 1,
    scan: async (_job, { progress, signal }) => {
      progress({ bytes: 70, events: 7, matches: 1 });
      return new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason)));
    },
  });
  const shards = new Queue('shards', { connection: redis.open(), prefix: 'coldhunt' });
  await shards.add('shard', JOB, { jobId: `hunt-1-${SHARD}`, priority: 1 });
  await shards.add('shard', JOB, { jobId: `hunt-2-${SHARD}`, priority: 2 });
  await until('its progress', async () => (await readFleet({ redis })).active[0]?.bytes === 70);
  const { active, queues, throttles } = await readFleet({ redis });
  expect(active).toMatchObject([{ huntId: 'hunt-1', shardId: SHARD, events: 7, matches: 1, attempt: 1 }]);
  expect(active[0]?.worker).toBe(`${hostname().replaceAll(/[^A-Za-z0-9._-]/g, '_')}:${process.pid}`);
  expect(active[0]?.startedAtMs).toBeGreaterThan(Date.now() - 60_000);
  expect(queues.shards).toEqual({ waiting: 1, active: 1, delayed: 0, failed: 0, processes: 1 });
  expect(throttles).toBe(0);
  await shards.close();
});
