// What is done to schedules on their way: planners that die or are told to stop in the middle of a night, and a Redis that is emptied.

import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { Fleet, endRole, until } from '../end-to-end/fleet.ts';
import { startRedis, type RedisServer } from '../redis-server.ts';
import { coldhunt } from '../run-command.ts';

const RULE = 'c371e9fc-6a10-11ef-a0ac-f661ea17fbcc';
const DAY = 86_400_000;
/** A bell runs seven nights, then asks for the next piece. */
const [FEW, MANY] = [2, 8];

let folder: string;
let redis: RedisServer;
let env: Record<string, string>;
let fleet: Fleet;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'coldhunt-schedule-faults-'));
  await mkdir(join(folder, 'archive'));
  await writeFile(
    join(folder, 'archive', 'a.ndjson'),
    Array.from({ length: MANY }, (_, ago) => event(ago + 1)).join(''),
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

/** Midnight so many days ago. */
function daysAgo(days: number): number {
  return (Math.floor(Date.now() / DAY) - days) * DAY;
}

function event(ago: number): string {
  return `${JSON.stringify({
    '@timestamp': new Date(daysAgo(ago) + 3_600_000).toISOString(),
    event: { category: 'process', type: 'start' },
    host: { id: `h${ago}`, name: `h${ago}`, os: { type: 'windows' } },
    process: { name: 'aws', args: ['aws', 'ssm', 'send-command', 'AWS-RunShellScript', '--parameters', 'commands=id'] },
  })}\n`;
}

/** A scheduled watch whose first night a planner runs: it waits for a worker. */
async function underWay(name: string, nights = FEW): Promise<string> {
  const workspace = join(folder, name);
  const what = ['--archive', join(folder, 'archive'), '--rule', RULE, '--cron', '0 0 * * *', '--lateness', '0'];
  const commands = [
    ['watch', 'add', workspace, ...what, '--from', new Date(daysAgo(nights)).toISOString()],
    ['schedule', 'add', workspace, '--name', name],
    ['schedule', 'run', name],
  ];
  for (const args of commands) {
    const { code, stderr } = await coldhunt(args, { env });
    expect(code, stderr).toBe(0);
  }
  await until(
    async () => (await statusOf(workspace))['is_running'] === true,
    () => 'no planner runs it',
  );
  return workspace;
}

async function statusOf(workspace: string): Promise<Record<string, unknown>> {
  return JSON.parse((await coldhunt(['watch', 'status', workspace, '--json'])).stdout) as Record<string, unknown>;
}

/** Waits until all nights are done, and gives the outcomes of all runs, newest first. */
async function outcomes(workspace: string, wanted = FEW): Promise<readonly string[]> {
  await until(
    async () => {
      const { nights, is_running: isRunning } = await statusOf(workspace);
      return nights === wanted && isRunning === false;
    },
    () => 'the nights are not done',
  );
  const alerts = (await coldhunt(['watch', 'alerts', workspace])).stdout.trim().split('\n');
  expect(alerts).toHaveLength(wanted);
  const { stdout } = await coldhunt(['schedule', 'history', workspace, '--json']);
  return stdout.split('\n').flatMap((line) => (line === '' ? [] : [(JSON.parse(line) as { outcome: string }).outcome]));
}

it('goes on where a planner died, once its lease has run out, and lets nobody run the same night meanwhile', async () => {
  const victim = await fleet.start('planner');
  const workspace = await underWay('killed', MANY);
  const byHand = await coldhunt(['watch', 'run', workspace]);
  expect(byHand.stderr).toContain('WATCH_BUSY');
  expect(byHand.code).toBe(1);
  await endRole(victim, 'SIGKILL');
  await Promise.all([fleet.start('planner'), fleet.start('worker')]);
  expect(await outcomes(workspace, MANY)).toEqual(['done', 'done', 'died']);
});

it('gives a night back when its planner is told to stop: another goes on', async () => {
  const stopped = await fleet.start('planner', { flags: ['--drain-timeout', '1s'] });
  const workspace = await underWay('stopped');
  await endRole(stopped);
  expect(stopped.output()).toContain('"msg":"stopped"');
  expect(await statusOf(workspace)).toMatchObject({ is_running: false, last_run: { outcome: 'interrupted' } });
  await Promise.all([fleet.start('planner'), fleet.start('worker')]);
  expect(await outcomes(workspace)).toEqual(['done', 'interrupted']);
});

it('makes schedule and run anew when Redis is emptied in the middle of a night', async () => {
  await fleet.start('planner');
  const workspace = await underWay('emptied');
  await redis.flush();
  await fleet.start('worker');
  expect((await outcomes(workspace))[0]).toBe('done');
  await until(
    async () => (await coldhunt(['schedule', 'list'], { env })).stdout.includes('emptied'),
    () => 'the schedule is not there again',
  );
});

it('rings again within a minute of a planner whose coldhunt.yaml names the watch', async () => {
  const config = join(folder, 'planner.yaml');
  await writeFile(config, `watches: [${JSON.stringify(join(folder, 'emptied'))}]\n`);
  await redis.flush();
  const planner = await fleet.start('planner', { flags: ['--config', config] });
  expect(planner.output()).toContain('made the schedule of a watch in Redis');
  expect((await coldhunt(['schedule', 'list'], { env })).stdout).toContain('emptied');
});
