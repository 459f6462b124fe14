// A run folder without room: the hunt ends at the first shard that meets it, and goes on when there is room.

import { rm } from 'node:fs/promises';
import { AppError } from '@coldhunt/core';
import { listRecords } from '@coldhunt/engine';
import { expect, it } from 'vitest';
import { buildHunt, scanJob } from './build-hunt.ts';
import { startRedis } from './redis-server.ts';
import { connectRedis } from '../src/connect-redis.ts';
import { createShardWorker } from '../src/create-shard-worker.ts';
import { followHunt } from '../src/follow-hunt.ts';

it('ends a hunt at once, counts no shard as failed, and is no hindrance once there is room', async () => {
  const server = await startRedis();
  const redis = await connectRedis(server.url);
  const { folder, store, work } = await buildHunt(3);
  let isFull = true;
  let starts = 0;
  const worker = createShardWorker({
    redis,
    concurrency: 1,
    scan: async (job) => {
      starts += 1;
      if (isFull) throw new AppError('STORAGE_FULL', 'cannot write: no space left (ENOSPC); make room, then resume');
      return scanJob(job, folder);
    },
  });
  try {
    await worker.ready();
    const follow = (): Promise<void> => followHunt({ redis, work, store, auditEveryMs: 200, backoffMs: 60_000 });
    await expect(follow()).rejects.toMatchObject({ code: 'STORAGE_FULL' });
    // None was tried twice.
    expect(starts).toBeLessThanOrEqual(3);
    expect((await listRecords(store)).size).toBe(0);
    isFull = false;
    await follow();
    expect([...(await listRecords(store)).values()].map(({ state }) => state)).toEqual(['ok', 'ok', 'ok']);
  } finally {
    await worker.drain(1000);
    await redis.close();
    await server.stop();
    await rm(folder, { recursive: true, force: true });
  }
});
