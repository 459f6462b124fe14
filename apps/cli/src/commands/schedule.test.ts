// `coldhunt schedule` over a real Redis: what is kept where, what an emptied Redis loses, and what is refused.

import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { connectRedis, createScheduleWorker } from '@coldhunt/queue';
import { startRedis, type RedisServer } from '@coldhunt/queue/test/redis-server';
import { nextInstant } from '@coldhunt/watch';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { describeError, exitCodeOf, type ExitCode } from '../exit-code.ts';
import { runCommandLine } from '../program.ts';

const RULE = 'c371e9fc-6a10-11ef-a0ac-f661ea17fbcc';

let folder: string;
let redis: RedisServer;
let env: Record<string, string>;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'coldhunt-schedules-'));
  await mkdir(join(folder, 'archive'));
  redis = await startRedis();
});

beforeEach(async () => {
  await redis.flush();
  env = { COLDHUNT_REDIS_URL: redis.url };
});

afterAll(async () => {
  await redis.stop();
  await rm(folder, { recursive: true, force: true });
});

interface Ended {
  readonly code: ExitCode;
  readonly out: string;
  readonly err: string;
}

async function run(...args: readonly string[]): Promise<Ended> {
  const [stdout, stderr] = [new PassThrough(), new PassThrough()];
  const context = {
    stdout: stdout as unknown as NodeJS.WriteStream,
    stderr: stderr as unknown as NodeJS.WriteStream,
    stdin: new PassThrough() as unknown as NodeJS.ReadStream,
    env,
    cwd: folder,
  };
  const told = (): { out: string; err: string } => ({ out: textOf(stdout), err: textOf(stderr) });
  try {
    return { code: await runCommandLine(args, context), ...told() };
  } catch (error) {
    const { out, err } = told();
    return { code: exitCodeOf(error), out, err: err + describeError(error) };
  }
}

function textOf(stream: PassThrough): string {
  let text = '';
  for (let chunk: unknown = stream.read(); chunk !== null; chunk = stream.read()) text += String(chunk);
  return text;
}

const schedule = (...args: readonly string[]): Promise<Ended> => run('schedule', ...args);

/** Begins a watch in a workspace of its own. */
async function watch(name: string, cron = '15 2 * * *'): Promise<string> {
  const workspace = join(folder, name);
  const what = ['--archive', join(folder, 'archive'), '--rule', RULE, '--from', '2026-02-01', '--cron', cron];
  const added = await run('watch', 'add', workspace, ...what);
  expect(added, added.err).toMatchObject({ code: 0 });
  return workspace;
}

async function listed(...args: readonly string[]): Promise<readonly Record<string, unknown>[]> {
  const { code, out, err } = await schedule('list', '--json', ...args);
  expect(code, err).toBe(0);
  return (JSON.parse(out) as { readonly schedules: readonly Record<string, unknown>[] }).schedules;
}

describe('coldhunt schedule', () => {
  it('takes the times of the watch, or gives it others, and tells when it rings', async () => {
    const workspace = await watch('times');
    const added = await schedule('add', workspace, '--name', 'nightly');
    expect(added, added.err).toMatchObject({ code: 0 });
    expect(added.err).toContain('added the schedule nightly: it rings next at ');
    expect(added.err).toContain('no planner is connected');
    expect(await listed()).toMatchObject([{ name: 'nightly', cron: '15 2 * * *', tz: 'UTC', in_redis: true }]);
    const changed = await schedule('add', workspace, '--name', 'nightly', '--cron', '30 3 * * *', '--tz', 'Asia/Tokyo');
    expect(changed.err).toContain('changed the schedule nightly');
    const [entry] = await listed(workspace);
    const next = new Date(nextInstant('30 3 * * *', 'Asia/Tokyo', Date.now())).toISOString();
    expect(entry).toMatchObject({
      cron: '30 3 * * *',
      tz: 'Asia/Tokyo',
      next,
      weight: 4,
      paused: false,
      last_run: null,
    });
    expect(entry).toMatchObject({ watermark: '2026-02-01T00:00:00.000Z', is_due: true, holes: 0, pending: {} });
    expect((await run('watch', 'status', workspace)).out).toContain(
      'schedule nightly: "30 3 * * *" Asia/Tokyo, weight 4',
    );
  });

  it('tells to sync when the watch is given other times, which does it', async () => {
    const workspace = await watch('moved');
    await schedule('add', workspace, '--name', 'moved');
    await watch('moved', '45 4 * * *');
    expect((await schedule('sync')).out).toBe(`moved: changed, file://${workspace}\n`);
    expect((await schedule('sync')).out).toBe(`moved: kept, file://${workspace}\n`);
    expect(await listed()).toMatchObject([{ cron: '45 4 * * *' }]);
  });

  it('is paused in its workspace, and restored after Redis was emptied', async () => {
    const workspace = await watch('resting');
    await schedule('add', workspace, '--name', 'resting');
    expect((await schedule('pause', 'resting')).err).toContain('paused the schedule resting');
    await redis.flush();
    expect(await listed()).toEqual([]);
    expect((await schedule('pause', 'unknown')).err).toContain('knows none of this name');
    expect((await schedule('list', workspace)).out).toContain('Redis does not ring for it');
    const synced = JSON.parse((await schedule('sync', workspace, '--json')).out) as object;
    expect(synced).toMatchObject({ schedules: [{ name: 'resting', state: 'restored', error: null }] });
    expect(await listed()).toMatchObject([{ paused: true, next: null, in_redis: true }]);
    expect((await schedule('list')).out).toContain('paused: go on with coldhunt schedule resume resting');
    expect((await schedule('run', 'resting')).err).toContain('is paused: nothing is run');
    expect((await schedule('resume', 'resting')).code).toBe(0);
    expect(await listed()).toMatchObject([{ paused: false, is_due: true }]);
    expect((await schedule('remove', 'resting')).code).toBe(0);
    expect(await listed()).toEqual([]);
    expect((await schedule('sync', workspace)).out).toContain('no schedule: none');
    expect((await run('watch', 'status', workspace)).out).toContain('schedule: none');
  });

  it('restores what coldhunt.yaml names, and tells which of it cannot be', async () => {
    const workspace = await watch('configured');
    await schedule('add', workspace, '--name', 'configured');
    await redis.flush();
    const config = join(folder, 'watches.yaml');
    await writeFile(config, `watches:\n  - ${workspace}\n  - ${join(folder, 'nothing')}\n`);
    const { code, out } = await run('--config', config, 'schedule', 'sync');
    expect(out).toContain('configured: restored');
    expect(out).toContain('nothing holds no watch: begin one with coldhunt watch add (WATCH_INVALID)');
    expect(code).toBe(1);
  });

  it('asks the planners for what is due, and ends as they did', async () => {
    const workspace = await watch('asked');
    await schedule('add', workspace, '--name', 'asked');
    const link = await connectRedis(redis.url);
    const ends = ['done', 'incomplete'] as const;
    let runs = 0;
    const worker = createScheduleWorker({
      redis: link,
      nextInstant,
      concurrency: 1,
      perform: async ({ workspace_uri: uri }) => {
        expect(uri).toBe(`file://${workspace}`);
        runs += 1;
        return { state: ends[runs - 1] ?? 'done', nights: 2, alerts: 3, more: false };
      },
      onLockLost: () => Promise.resolve(),
      onGivenUp: () => Promise.resolve(),
    });
    await worker.ready();
    const done = await schedule('run', 'asked', '--wait');
    expect(done, done.err).toMatchObject({ code: 0 });
    expect(done.err).toContain('2 nights run, 3 alerts');
    expect(await schedule('run', workspace, '--wait')).toMatchObject({ code: 3 });
    expect(runs).toBe(2);
    await worker.drain(0);
    expect((await schedule('run', 'asked')).err).toContain('no planner is connected');
    expect((await schedule('run', 'asked')).err).toContain('asked for already');
    await link.close();
  });

  it('refuses what could never ring, or belongs to another, before anything is changed', async () => {
    const [workspace, other] = [await watch('refused'), await watch('other')];
    await schedule('add', workspace, '--name', 'mine');
    const cases: readonly (readonly [readonly string[], string])[] = [
      [['add', workspace, '--name', 'mine', '--cron', '0 0 30 2 *'], 'WATCH_INVALID'],
      [['add', workspace, '--name', 'mine', '--cron', '* * *'], 'five fields expected'],
      [['add', workspace, '--name', 'mine', '--tz', 'Europe/Nowhere'], 'no such time zone'],
      [['add', join(folder, 'nothing'), '--name', 'none'], 'holds no watch: begin one with coldhunt watch add'],
      [['add', other, '--name', 'mine'], 'choose another name (SCHEDULE_TAKEN)'],
      [['add', workspace, '--name', 'second'], 'remove that one first'],
      [['add', other, '--name', '../up'], 'SCHEDULE_INVALID'],
      [['add', other, '--name', 'heavy', '--weight', '0'], 'expected 1 to 100'],
      [['pause', 'unknown'], 'SCHEDULE_NOT_FOUND'],
      [['history', other], 'SCHEDULE_NOT_FOUND'],
      [['sync', folder], 'holds no watch'],
    ];
    for (const [args, message] of cases) {
      const { code, err } = await schedule(...args);
      expect(err).toContain(message);
      expect(code, err).toBe(2);
    }
    expect(await listed()).toMatchObject([{ name: 'mine', cron: '15 2 * * *' }]);
    await expect(readFile(join(other, 'schedule.json'))).rejects.toThrow('ENOENT');
  });

  it('fails where Redis is needed and away, and tells and changes what stands in workspaces all the same', async () => {
    const workspace = await watch('away');
    await schedule('add', workspace, '--name', 'away');
    env = { COLDHUNT_REDIS_URL: 'redis://127.0.0.1:1' };
    for (const args of [
      ['add', workspace, '--name', 'away'],
      ['list'],
      ['run', workspace],
      ['remove', workspace],
      ['sync'],
    ]) {
      const { code, err } = await schedule(...args);
      expect(err).toContain('REDIS_UNAVAILABLE');
      expect(code).toBe(1);
    }
    env = {};
    expect((await schedule('list')).err).toContain('no Redis is named');
    expect((await schedule('pause', workspace)).code).toBe(0);
    expect((await schedule('list', workspace)).out).toContain('paused');
    expect(await schedule('history', workspace)).toEqual({ code: 0, out: '', err: '' });
    expect((await schedule('pause', 'away-by-name')).err).toContain('no Redis is named to look for it');
  });
});
