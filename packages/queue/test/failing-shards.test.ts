// What becomes of a shard that is not scanned at once: throttled, failing, deadly, or of another version.

import { InputError, TransientError } from '@coldhunt/core';
import { listRecords, readRecord } from '@coldhunt/engine';
import { Queue } from 'bullmq';
import { describe, expect, it, vi } from 'vitest';
import { scanJob } from './build-hunt.ts';
import { until } from './until.ts';
import { collectIds, idOf, useFollowedHunts } from './use-followed-hunts.ts';
import type { JobEvent } from '../src/create-job-worker.ts';
import type { FollowEvent } from '../src/follow-hunt.ts';
import { shardJobId } from '../src/jobs.ts';

const { used, prefix, freshPrefix, hunt, work, follow, states } = useFollowedHunts();

describe('a shard that fails', () => {
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

  it('leaves a job of a newer format to newer workers, and does not count that as a try', async () => {
    freshPrefix();
    const built = await hunt(1);
    const [id = ''] = await collectIds(built);
    const jobId = shardJobId(idOf(built), id);
    const connection = used.redis.open();
    const queue = new Queue('shards', { connection, prefix: prefix() });
    used.ends.push(async () => {
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
});
