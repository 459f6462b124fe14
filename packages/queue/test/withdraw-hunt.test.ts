import { connectRedis, huntJobId, huntStatus, submitHunt, withdrawHunt, type RedisLink } from '@coldhunt/queue';
import { Queue } from 'bullmq';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startRedis, type RedisServer } from './redis-server.ts';

const HUNTS = ['january', 'february'].map((name) => {
  const folder = `s3://hunts/${name}`;
  return { runUri: folder, folder, runId: 'ab'.repeat(32), generation: 1, startedAtMs: 1 };
});

let server: RedisServer;
let redis: RedisLink;

beforeAll(async () => {
  server = await startRedis();
  redis = await connectRedis(server.url);
});

afterAll(async () => {
  await redis.close();
  await server.stop();
});

it('takes what waits of a hunt out of the queues, and nothing of another', async () => {
  const [january, february] = HUNTS.map((hunt) => huntJobId(hunt));
  const shards = new Queue('shards', { connection: redis.open(), prefix: 'coldhunt' });
  for (const hunt of HUNTS) await submitHunt({ redis }, hunt);
  for (const id of [january, february]) {
    await shards.addBulk(
      Array.from({ length: 250 }, (_, number) => ({
        name: 'shard',
        data: {},
        opts: { jobId: `${id}-${number}`, priority: 1 },
      })),
    );
  }
  await shards.add('shard', {}, { jobId: `${january}-delayed`, delay: 100_000 });
  await withdrawHunt({ redis }, january ?? '');
  const [gone, kept] = await Promise.all(HUNTS.map((hunt) => huntStatus({ redis }, hunt)));
  expect(gone?.planner).toBeNull();
  expect(kept?.planner?.state).toBe('waiting');
  expect(kept?.shards.waiting).toBe(250);
  await withdrawHunt({ redis }, january ?? '');
  expect(kept?.shards).toMatchObject({ waiting: 250, delayed: 0 });
  await shards.close();
});
