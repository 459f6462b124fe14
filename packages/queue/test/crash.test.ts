// Processes that die, jobs that two workers have at once.

import { spawn, type ChildProcess } from 'node:child_process';
import { rm } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { listRecords, readRecord } from '@coldhunt/engine';
import { createShardWorker, followHunt, huntJobId, shardJobId, type FollowOptions } from '@coldhunt/queue';
import { describe, expect, it } from 'vitest';
import { buildHunt, scanJob, type BuiltHunt } from './build-hunt.ts';
import { until } from './until.ts';
import { useRedis } from './use-redis.ts';

const WORKER = fileURLToPath(new URL('worker-process.ts', import.meta.url));

const used = useRedis();
let count = 0;

interface Spawned {
  readonly child: ChildProcess;
  readonly lines: string[];
}

interface SetUp {
  readonly built: BuiltHunt;
  readonly prefix: string;
  follow(over?: Partial<FollowOptions>): Promise<void>;
  start(mode: string, poison?: string): Spawned;
}

async function setUp(shards: number): Promise<SetUp> {
  count += 1;
  const prefix = `crash-${count}`;
  const built = await buildHunt(shards, prefix);
  used.ends.push(() => rm(built.folder, { recursive: true, force: true }));
  return {
    built,
    prefix,
    follow: (over) =>
      followHunt({
        redis: used.redis,
        prefix,
        work: built.work,
        store: built.store,
        auditEveryMs: 300,
        backoffMs: 20,
        ...over,
      }),
    start: (mode, poison = '') => {
      const child = spawn(process.execPath, [WORKER, used.server.url, prefix, built.folder, mode, poison], {
        stdio: ['ignore', 'pipe', 'inherit'],
      });
      const lines: string[] = [];
      child.stdout?.on('data', (chunk: Buffer) => lines.push(...chunk.toString().trim().split('\n')));
      used.ends.push(() => kill(child));
      return { child, lines };
    },
  };
}

async function kill(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGKILL');
  await gone;
}

describe('a worker process that is killed', () => {
  it('loses its shards to another', async () => {
    const { built, follow, start } = await setUp(6);
    const doomed = start('hold');
    const following = follow();
    await until('shards are begun', () => doomed.lines.filter((line) => line.startsWith('started')).length === 2);
    await kill(doomed.child);
    start('work');
    await following;
    const records = [...(await listRecords(built.store)).values()];
    expect(records.map(({ state }) => state)).toEqual(Array.from({ length: 6 }, () => 'ok'));
  });

  it('is not followed for ever by a shard that kills each one: three starts, and only that shard fails', async () => {
    const { built, follow, start } = await setUp(5);
    let poison = '';
    for await (const { id, sequence } of built.work.shards()) if (sequence === 2) poison = id;
    let starts = 0;
    let isOver = false;
    const spawnAgain = (): void => {
      if (isOver) return;
      const { child, lines } = start('die', poison);
      child.once('exit', () => {
        starts += lines.filter((line) => line === `started ${poison}`).length;
        spawnAgain();
      });
    };
    spawnAgain();
    await follow();
    isOver = true;
    const records = await listRecords(built.store);
    expect([...records.values()].map(({ state }) => state).toSorted()).toEqual(['failed', 'ok', 'ok', 'ok', 'ok']);
    const record = records.get(poison);
    const { objects } = await readRecord(built.store, record ?? { path: '', shard_id: '' });
    expect(objects[0]).toMatchObject({ state: 'failed', reason: 'SHARD_GAVE_UP' });
    expect(starts).toBe(3);
  });
});

describe('a job that two workers have', () => {
  it('is written once, and the one that lost its lock is told to stop', async () => {
    const { built, prefix, follow } = await setUp(1);
    const written: string[] = [];
    let begun = 0;
    let isStopped = false;
    const scan = async (job: Parameters<typeof scanJob>[0], context: { readonly signal: AbortSignal }) => {
      begun += 1;
      if (begun === 1) {
        await new Promise((resolve) => context.signal.addEventListener('abort', resolve, { once: true }));
        isStopped = true;
        await until('the other has written', () => written.length === 1);
      }
      const result = await scanJob(job, built.folder);
      written.push(result.written);
      return result;
    };
    for (let index = 0; index < 2; index += 1) {
      const worker = createShardWorker({
        redis: used.redis,
        prefix,
        concurrency: 1,
        lockMs: 2000,
        stalledEveryMs: 200,
        scan,
      });
      used.ends.push(() => worker.drain(1000));
      await worker.ready();
    }
    const following = follow();
    await until('it is begun', () => begun === 1);
    const { run_id: runId, generation } = built.run;
    const huntId = huntJobId({ runId, generation, folder: built.store.uri });
    const connection = used.redis.open();
    for await (const { id } of built.work.shards()) {
      await connection.del(`${prefix}:shards:${shardJobId(huntId, id)}:lock`);
    }
    connection.disconnect();
    await following;
    await until('both have written', () => written.length === 2);
    expect(written).toEqual(['created', 'exists']);
    expect(isStopped).toBe(true);
  });
});
