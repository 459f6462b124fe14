// What a planner does with a bell: only what the workspace that it names says, and only where it serves.

import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { InputError, TransientError } from '@coldhunt/core';
import { openRunStore } from '@coldhunt/archive';
import { startRedis, type RedisServer } from '@coldhunt/queue/test/redis-server';
import { loadProcessConfig, type ProcessConfig } from '@coldhunt/runtime';
import { readHistory, removeSchedule, writeSchedule, type Schedule } from '@coldhunt/watch';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { noteGivenUp, runScheduled } from './scheduled-run.ts';
import { runCommandLine } from './program.ts';

const RULE = 'c371e9fc-6a10-11ef-a0ac-f661ea17fbcc';
const SCHEDULE: Schedule = {
  name: 'nightly',
  paused: false,
  weight: 4,
  accept_incomplete: false,
  added_at: '2026-02-01T00:00:00.000Z',
};

let folder: string;
let redis: RedisServer;
let workspace: string;
let config: ProcessConfig;
let told: string[];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'coldhunt-scheduled-'));
  redis = await startRedis();
  workspace = join(folder, 'served', 'nightly');
  const archive = join(folder, 'archive');
  await mkdir(archive);
  await writeFile(join(archive, 'a.ndjson'), '{"@timestamp":"2026-02-01T00:00:00Z"}\n');
  // Its first night ends in years.
  const what = ['--archive', archive, '--rule', RULE, '--from', '2026-02-01', '--cron', '0 0 29 2 *'];
  const { stdout, stderr, stdin } = process;
  await runCommandLine(['--quiet', 'watch', 'add', workspace, ...what], {
    stdout,
    stderr,
    stdin,
    env: {},
    cwd: folder,
  });
});

beforeEach(async () => {
  told = [];
  config = loadProcessConfig({ flags: { redis: redis.url, runsPrefix: join(folder, 'served') }, env: {}, cwd: folder });
  await writeSchedule(openRunStore(workspace, { cwd: folder }), SCHEDULE);
});

afterAll(async () => {
  await redis.stop();
  await rm(folder, { recursive: true, force: true });
});

function run(workspaceUri = `file://${workspace}`): ReturnType<typeof runScheduled> {
  const job = { format: 1 as const, schedule: 'nightly', workspace_uri: workspaceUri };
  const signal = new AbortController().signal;
  return runScheduled({ config, job, leaseMs: 10_000 }, { signal, tell: (text) => told.push(text) });
}

describe('a bell', () => {
  it('runs what is due', async () => {
    const due = Date.now() > Date.parse('2028-02-29');
    expect(await run()).toMatchObject({ state: 'done', nights: due ? 1 : 0, more: false });
    expect(told).toContain('no night is due');
  });

  it('does nothing where the workspace says that its schedule rests, or has none', async () => {
    const store = openRunStore(workspace, { cwd: folder });
    await writeSchedule(store, { ...SCHEDULE, paused: true });
    expect(await run()).toMatchObject({ state: 'left', nights: 0 });
    expect(told).toEqual(['the schedule nightly is paused: nothing was run']);
    await removeSchedule(store);
    expect(await run()).toMatchObject({ state: 'left' });
  });

  it('is refused outside of what the planner serves, and writes nothing there', async () => {
    const outside = join(folder, 'outside');
    await expect(run(`file://${outside}`)).rejects.toMatchObject({ code: 'RUN_FORBIDDEN' });
    config = { ...config, runsPrefix: join(folder, 'elsewhere') };
    const job = { format: 1 as const, schedule: 'nightly', workspace_uri: `file://${workspace}` };
    const error = new InputError('RUN_FORBIDDEN', 'it lies outside');
    await expect(noteGivenUp(job, config, error)).rejects.toMatchObject({ code: 'RUN_FORBIDDEN' });
    expect(await readdir(workspace)).not.toContain('history');
  });

  it('is told in the history when it is given up, but for a watch that another runs', async () => {
    const job = { format: 1 as const, schedule: 'nightly', workspace_uri: `file://${workspace}` };
    await noteGivenUp(job, config, new TransientError('WATCH_BUSY', 'another process runs the nights'));
    await noteGivenUp(job, config, new InputError('CONFIG_INVALID', 'the sink chat is not configured here'));
    const store = openRunStore(workspace, { cwd: folder });
    expect(await readHistory(store, { most: 10, isRunning: false })).toMatchObject([
      { schedule: 'nightly', outcome: 'failed', nights: [], error: { code: 'CONFIG_INVALID' } },
    ]);
  });

  it('is stopped when the planner stops', async () => {
    const stop = new AbortController();
    const job = { format: 1 as const, schedule: 'nightly', workspace_uri: `file://${workspace}` };
    stop.abort(new TransientError('INTERRUPTED', 'the planner stops'));
    const running = runScheduled({ config, job, leaseMs: 10_000 }, { signal: stop.signal, tell: () => undefined });
    await expect(running).rejects.toMatchObject({ code: 'INTERRUPTED' });
  });
});
