// Hunts that are followed through a Redis, and workers for them, each test under a prefix of its own.

import { rm } from 'node:fs/promises';
import { listRecords } from '@coldhunt/engine';
import { buildHunt, type BuiltHunt } from './build-hunt.ts';
import { useRedis, type UsedRedis } from './use-redis.ts';
import type { JobEvent, JobWorker } from '../src/create-job-worker.ts';
import {
  createShardWorker,
  type ScanContext,
  type ShardResult,
  type ShardWorkerOptions,
} from '../src/create-shard-worker.ts';
import { followHunt, type FollowOptions } from '../src/follow-hunt.ts';
import { huntJobId, type ShardJob } from '../src/jobs.ts';

type Scan = (job: ShardJob, context: ScanContext) => Promise<ShardResult>;

export interface FollowedHunts {
  readonly used: UsedRedis;
  /** Of the test that runs. */
  prefix(): string;
  freshPrefix(): string;
  hunt(shards: number, name?: string): Promise<BuiltHunt>;
  work(
    scan: Scan,
    concurrency?: number,
    onEvent?: (event: JobEvent) => void,
    poison?: ShardWorkerOptions['poison'],
  ): Promise<JobWorker>;
  follow(built: BuiltHunt, over?: Partial<FollowOptions>): Promise<void>;
  /** Of the shards that have a record. */
  states(built: BuiltHunt): Promise<readonly string[]>;
}

export function useFollowedHunts(): FollowedHunts {
  const used = useRedis();
  let count = 0;
  const prefix = (): string => `test-${count}`;
  return {
    used,
    prefix,
    freshPrefix: () => {
      count += 1;
      return prefix();
    },
    hunt: async (shards, name) => {
      const built = await buildHunt(shards, name);
      used.ends.push(() => rm(built.folder, { recursive: true, force: true }));
      return built;
    },
    work: async (scan, concurrency = 2, onEvent, poison) => {
      const { redis } = used;
      const times = { lockMs: 2000, stalledEveryMs: 500 };
      const worker = createShardWorker({ redis, prefix: prefix(), concurrency, ...times, scan, onEvent, poison });
      used.ends.push(() => worker.drain(1000));
      await worker.ready();
      return worker;
    },
    follow: ({ work: shards, store }, over = {}) => {
      const asked = { redis: used.redis, prefix: prefix(), work: shards, store };
      return followHunt({ ...asked, auditEveryMs: 300, backoffMs: 20, ...over });
    },
    states: async ({ store }) => [...(await listRecords(store)).values()].map(({ state }) => state),
  };
}

/** How its jobs call a hunt. */
export function idOf({ run: { run_id: runId, generation }, store }: BuiltHunt): string {
  return huntJobId({ runId, generation, folder: store.uri });
}

/** Of its shards, in the plan's order. */
export async function collectIds(built: BuiltHunt): Promise<readonly string[]> {
  const ids: string[] = [];
  for await (const { id } of built.work.shards()) ids.push(id);
  return ids;
}
