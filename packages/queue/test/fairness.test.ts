// A small hunt beside a large one on a real Redis: how many shards of the large one are begun before the small one is done. Measured in shards
// that were served, not in seconds.

import { rm } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { buildHunt, scanJob } from './build-hunt.ts';
import { until } from './until.ts';
import { useRedis } from './use-redis.ts';
import { createShardWorker } from '../src/create-shard-worker.ts';
import { followHunt } from '../src/follow-hunt.ts';

/** As the queue hands them out: in a round a hunt begins so many shards times its weight. */
const SHARDS_PER_ROUND = 8;
const THREADS = 2;

const used = useRedis();

describe('a nightly hunt beside months of backlog', () => {
  it.each([
    { weight: 4, night: 40, backlog: 120 },
    { weight: 1, night: 16, backlog: 120 },
  ])(
    'of weight $weight with $night shards waits for a share of $backlog that its own size bounds',
    async ({ weight, night, backlog }) => {
      const prefix = `fair-${weight}-${night}`;
      const [retro, nightly] = [await buildHunt(backlog, 'retro'), await buildHunt(night, 'nightly')];
      for (const { folder } of [retro, nightly]) used.ends.push(() => rm(folder, { recursive: true, force: true }));
      const begun: string[] = [];
      // One retro shard in ten takes much longer than the rest: a nightly hunt shares the workers with large objects too.
      const worker = createShardWorker({
        redis: used.redis,
        prefix,
        concurrency: THREADS,
        scan: async (job) => {
          const isRetro = job.run_id === retro.run.run_id;
          begun.push(isRetro ? 'retro' : 'nightly');
          if (isRetro && begun.length % 10 === 0) await new Promise((resolve) => setTimeout(resolve, 20));
          // Nobody waits for the end of the large one: its records are left out.
          return isRetro ? { state: 'ok', bytes: 1, events: 1, matches: 0 } : scanJob(job, nightly.folder);
        },
      });
      used.ends.push(() => worker.drain(1000));
      const stop = new AbortController();
      const following = followHunt({
        redis: used.redis,
        prefix,
        work: retro.work,
        store: retro.store,
        signal: stop.signal,
        isKeptWhenStopped: true,
      }).catch(() => undefined);
      used.ends.push(async () => {
        stop.abort(new Error('the test is over'));
        await following;
      });
      // It is under way, in some later round.
      await until('the large hunt is under way', async () => begun.length > 20);
      let asked = 0;
      await followHunt({
        redis: used.redis,
        prefix,
        work: nightly.work,
        store: nightly.store,
        weight,
        onEvent: ({ kind }) => {
          if (kind === 'added') asked = begun.length;
        },
      });
      const last = begun.lastIndexOf('nightly');
      const served = begun.slice(asked, last).filter((of) => of === 'retro').length;
      const rounds = Math.ceil(night / (SHARDS_PER_ROUND * weight));
      // What is left of the round that is being worked on, its own rounds, and what threads have begun.
      expect(served).toBeLessThanOrEqual((rounds + 1) * SHARDS_PER_ROUND + THREADS);
      expect(begun.filter((of) => of === 'nightly')).toHaveLength(night);
      expect(begun.filter((of) => of === 'retro').length).toBeLessThan(backlog);
    },
  );
});
