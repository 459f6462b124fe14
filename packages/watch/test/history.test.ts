// What ran when, of a watch's nights, and how it ended.

import { InputError, TransientError } from '@coldhunt/core';
import { scanHere } from '@coldhunt/engine';
import { beforeEach, describe, expect, it } from 'vitest';
import { GrowingArchive, MemoryStore, buildRule, buildWatch, questionFrom } from './build-watch.ts';
import { folderStore } from '../src/folder-store.ts';
import { readHistory, type PastRun } from '../src/history.ts';
import { isLeased, takeLease } from '../src/lease.ts';
import { nightFolder } from '../src/night-file.ts';
import { runDueNights, type DueNightsOptions } from '../src/run-due-nights.ts';
import { runNight } from '../src/run-night.ts';

const DAY = 86_400_000;
const START = Date.parse('2026-02-01T00:00:00Z');

let archive: GrowingArchive;
let workspace: MemoryStore;

beforeEach(() => {
  archive = new GrowingArchive();
  workspace = new MemoryStore();
});

async function runUntil(day: number, changes: Partial<DueNightsOptions> = {}): Promise<number> {
  const watch = buildWatch(questionFrom(new Date(START).toISOString(), null, [buildRule()]), { rescan_ms: 2 * DAY });
  const source = archive.source();
  let nowMs = START + day * DAY;
  let nights = 0;
  const due = runDueNights({
    workspace,
    watch,
    // Time goes on: a second at each look.
    now: () => (nowMs += 1000),
    run: (night) =>
      runNight({
        ...night,
        sources: [source],
        acceptIncomplete: false,
        runShards: scanHere([source], folderStore(workspace, nightFolder((night.before?.number ?? 0) + 1))),
      }),
    ...changes,
  });
  for await (const { night } of due) nights += night === null ? 0 : 1;
  return nights;
}

async function history(isRunning = false): Promise<readonly PastRun[]> {
  return readHistory(workspace, { most: 10, isRunning });
}

describe('the history of a watch', () => {
  it('tells newest first of each run its nights, the watermark before and after, and who asked', async () => {
    expect(await runUntil(2)).toBe(2);
    expect(await runUntil(3, { schedule: 'nightly' })).toBe(1);
    const [last, first] = await history();
    expect(first).toMatchObject({
      schedule: null,
      outcome: 'done',
      error: null,
      watermark: { before: '2026-02-01T00:00:00.000Z', after: '2026-02-03T00:00:00.000Z' },
      nights: [
        { number: 1, complete: true, seconds: 1 },
        { number: 2, to: '2026-02-03T00:00:00.000Z' },
      ],
    });
    expect(last).toMatchObject({ schedule: 'nightly', watermark: { after: '2026-02-04T00:00:00.000Z' } });
  });

  it('has nothing to tell where nothing was due', async () => {
    expect(await runUntil(0)).toBe(0);
    expect(await history()).toEqual([]);
  });

  it('goes on after a piece of at most so many nights', async () => {
    expect(await runUntil(5, { most: 2 })).toBe(2);
    expect(await runUntil(5, { most: 2 })).toBe(2);
    expect(await runUntil(5, { most: 2 })).toBe(1);
    expect(await runUntil(5, { most: 2 })).toBe(0);
  });

  it('tells why a run failed, or was stopped, and that the night is run again', async () => {
    const thrown = new InputError('STORAGE_NOT_FOUND', 'there is no bucket');
    await expect(runUntil(1, { run: () => Promise.reject(thrown) })).rejects.toBe(thrown);
    const stopped = new TransientError('INTERRUPTED', 'stopped by a signal');
    await expect(runUntil(2, { run: () => Promise.reject(stopped) })).rejects.toBe(stopped);
    expect(await history()).toMatchObject([
      { outcome: 'interrupted', nights: [], watermark: { after: '2026-02-01T00:00:00.000Z' } },
      { outcome: 'failed', error: { code: 'STORAGE_NOT_FOUND', message: 'there is no bucket' } },
    ]);
    expect(await runUntil(2)).toBe(2);
  });

  it('calls a run without an end running while somebody holds the lease, and dead afterwards', async () => {
    const { promise } = Promise.withResolvers<never>();
    const lease = { leaseMs: 60_000, now: () => START };
    void runUntil(1, { run: () => promise, lease });
    await expect.poll(() => history(true)).toHaveLength(1);
    expect(await isLeased(workspace, START + 59_000)).toBe(true);
    expect((await history(true))[0]).toMatchObject({ outcome: 'running', ended_at: null });
    await expect(takeLease(workspace, lease)).rejects.toMatchObject({ code: 'WATCH_BUSY' });
    expect(await isLeased(workspace, START + 61_000)).toBe(false);
    expect((await history())[0]).toMatchObject({ outcome: 'died' });
    const later = { now: () => START + DAY + 61_000, lease: { ...lease, now: () => START + 61_000 } };
    expect(await runUntil(1, later)).toBe(1);
    expect(await history()).toMatchObject([{ outcome: 'done' }, { outcome: 'died' }]);
  });

  it('leaves out what is damaged', async () => {
    await runUntil(1);
    const [path = ''] = [...workspace.files.keys()].filter((name) => name.startsWith('history/'));
    workspace.files.set(path, Buffer.from('{'));
    expect(await history()).toEqual([]);
  });
});
