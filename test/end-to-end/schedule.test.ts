// Schedules of watches over a real Redis, by a planner and a worker: nights as `watch run` makes them.

import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { startRedis, type RedisServer } from '../redis-server.ts';
import { coldhunt, type Finished } from '../run-command.ts';
import { Fleet } from './fleet.ts';

const RULE = 'c371e9fc-6a10-11ef-a0ac-f661ea17fbcc';
const DAY = 86_400_000;
/** So many nights are due. */
const NIGHTS = 3;

let folder: string;
let archive: string;
let redis: RedisServer;
let env: Record<string, string>;
let fleet: Fleet;
let startMs: number;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'coldhunt-schedule-'));
  archive = join(folder, 'archive');
  await mkdir(archive);
  startMs = Math.floor(Date.now() / DAY) * DAY - NIGHTS * DAY;
  await writeFile(
    join(archive, 'a.ndjson'),
    Array.from({ length: NIGHTS }, (_, day) => event(day, `h${day}`)).join(''),
  );
  redis = await startRedis();
  env = { COLDHUNT_REDIS_URL: redis.url, COLDHUNT_RUNS_PREFIX: folder };
  fleet = new Fleet(env);
});

afterEach(() => fleet.end());

afterAll(async () => {
  await redis.stop();
  await rm(folder, { recursive: true, force: true });
});

function event(day: number, host: string): string {
  return `${JSON.stringify({
    '@timestamp': new Date(startMs + day * DAY + 3_600_000).toISOString(),
    event: { category: 'process', type: 'start' },
    host: { id: host, name: host, os: { type: 'windows' } },
    process: { name: 'aws', args: ['aws', 'ssm', 'send-command', 'AWS-RunShellScript', '--parameters', 'commands=id'] },
  })}\n`;
}

/** Begins a watch in a workspace of its own. */
async function watch(name: string): Promise<string> {
  const workspace = join(folder, name);
  const what = ['--archive', archive, '--rule', RULE, '--cron', '0 0 * * *', '--lateness', '0'];
  const added = await coldhunt(['watch', 'add', workspace, ...what, '--from', new Date(startMs).toISOString()]);
  expect(added, added.stderr).toMatchObject({ code: 0 });
  return workspace;
}

function schedule(...args: readonly string[]): Promise<Finished> {
  return coldhunt(['schedule', ...args], { env });
}

async function listed(name: string): Promise<Record<string, unknown> | undefined> {
  const { code, stdout, stderr } = await schedule('list', '--json');
  expect(code, stderr).toBe(0);
  const { schedules } = JSON.parse(stdout) as { readonly schedules: readonly Record<string, unknown>[] };
  return schedules.find((found) => found['name'] === name);
}

async function alertsOf(workspace: string): Promise<string> {
  return (await coldhunt(['watch', 'alerts', workspace])).stdout;
}

describe('a schedule', () => {
  it('has the fleet run what is due, with the alerts of watch run, and tells what ran', async () => {
    const workspace = await watch('fleet');
    await Promise.all([fleet.start('planner'), fleet.start('worker')]);
    const added = await schedule('add', workspace, '--name', 'nightly', '--tz', 'Europe/Berlin');
    expect(added, added.stderr).toMatchObject({ code: 0 });
    expect(added.stderr).toContain('it rings next at');
    expect(added.stderr).not.toContain('no planner');
    expect(await schedule('add', workspace, '--name', 'nightly', '--tz', 'UTC')).toMatchObject({ code: 0 });
    const ran = await schedule('run', 'nightly', '--wait');
    expect(ran, ran.stderr).toMatchObject({ code: 0 });
    expect(ran.stderr).toContain('3 nights run, 3 alerts');
    expect(await listed('nightly')).toMatchObject({
      cron: '0 0 * * *',
      tz: 'UTC',
      next: new Date(startMs + (NIGHTS + 1) * DAY).toISOString(),
      paused: false,
      in_redis: true,
      is_due: false,
      holes: 0,
      last_run: {
        schedule: 'nightly',
        outcome: 'done',
        nights: [{ number: 1, alerts: 1 }, { number: 2 }, { number: 3 }],
      },
      is_running: false,
      watermark: new Date(startMs + NIGHTS * DAY).toISOString(),
    });
    const byHand = await watch('by-hand');
    expect(await coldhunt(['watch', 'run', byHand])).toMatchObject({ code: 0 });
    const withoutIds = (text: string): string => text.replaceAll(/"coldhunt.run_id":"[0-9a-f]+"/g, '');
    expect(withoutIds(await alertsOf(workspace))).toBe(withoutIds(await alertsOf(byHand)));

    const history = await schedule('history', workspace, '--json');
    const runs = history.stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as object);
    expect(runs).toMatchObject([{ schedule: 'nightly', outcome: 'done', nights: { length: 3 } }]);
    const status = await coldhunt(['status', workspace]);
    expect(status).toMatchObject({ code: 0 });
    expect(status.stdout).toContain('schedule nightly: "0 0 * * *" UTC, weight 4');
  });
});
