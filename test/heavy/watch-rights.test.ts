// Nights of a schedule over S3, run by a planner that has the rights of infra/iam/watch.json alone, and a worker that has those of scan.json.

import { mkdtemp, mkdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { Fleet } from '../end-to-end/fleet.ts';
import { startGuardedS3, type GuardedS3 } from '../policies/guarded-s3.ts';
import { actionsOf, readPolicy, type Policy } from '../policies/policy.ts';
import { startRedis, type RedisServer } from '../redis-server.ts';
import { coldhunt } from '../run-command.ts';
import { startS3, type S3Server } from '../s3-server.ts';

const VALUES = {
  ARCHIVE_BUCKET: 'logs',
  ARCHIVE_PREFIX: 'endpoint',
  RUNS_BUCKET: 'hunts',
  RUNS_PREFIX: 'team/watches',
};
const WORKSPACE = 's3://hunts/team/watches/nightly';
const RULE = 'c371e9fc-6a10-11ef-a0ac-f661ea17fbcc';
const DAY = 86_400_000;

let folder: string;
let s3: S3Server;
let redis: RedisServer;
let fleet: Fleet;
let policy: Policy;
let watches: GuardedS3;
let scans: GuardedS3;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'coldhunt-watch-rights-'));
  await mkdir(join(folder, 'archive'));
  s3 = await startS3();
  s3.createBucket('logs');
  s3.createBucket('hunts');
  redis = await startRedis();
  fleet = new Fleet({});
  policy = await readPolicy('watch', VALUES);
  watches = await startGuardedS3(Number(new URL(s3.endpoint).port), policy);
  scans = await startGuardedS3(Number(new URL(s3.endpoint).port), await readPolicy('scan', VALUES));
});

afterAll(async () => {
  await fleet?.end();
  await redis?.stop();
  for (const guard of [watches, scans]) await guard?.close();
  await s3?.stop();
  await rm(folder, { recursive: true, force: true });
});

it('come to their end, and ask for every right that they have and for no other', async () => {
  const startMs = Math.floor(Date.now() / DAY) * DAY - 2 * DAY;
  const event = (day: number): string =>
    `${JSON.stringify({
      '@timestamp': new Date(startMs + day * DAY + 3_600_000).toISOString(),
      event: { category: 'process', type: 'start' },
      host: { id: `h${day}`, name: `h${day}`, os: { type: 'windows' } },
      process: {
        name: 'aws',
        args: ['aws', 'ssm', 'send-command', 'AWS-RunShellScript', '--parameters', 'commands=id'],
      },
    })}\n`;
  await writeFile(join(folder, 'archive', 'a.ndjson'), event(0) + event(1));
  await s3.upload(join(folder, 'archive'), 's3://logs/endpoint');
  const envOf = ({ endpoint }: GuardedS3): Record<string, string> => ({
    ...s3.env,
    COLDHUNT_S3_ENDPOINT: endpoint,
    COLDHUNT_REDIS_URL: redis.url,
    COLDHUNT_RUNS_PREFIX: 's3://hunts/team/watches',
  });
  await Promise.all([fleet.start('planner', { env: envOf(watches) }), fleet.start('worker', { env: envOf(scans) })]);
  const what = ['--archive', 's3://logs/endpoint', '--rule', RULE, '--cron', '0 0 * * *', '--lateness', '0'];
  for (const args of [
    ['watch', 'add', WORKSPACE, ...what, '--from', new Date(startMs).toISOString()],
    ['schedule', 'add', WORKSPACE, '--name', 'nightly'],
    ['schedule', 'run', 'nightly', '--wait'],
  ]) {
    const { code, stderr } = await coldhunt(args, { env: envOf(watches) });
    expect(code, stderr).toBe(0);
  }
  const env = envOf(watches);
  expect((await coldhunt(['watch', 'alerts', WORKSPACE], { env })).stdout.trim().split('\n')).toHaveLength(2);
  expect((await coldhunt(['schedule', 'history', WORKSPACE], { env })).stdout).toContain('done; 2 nights, 2 alerts');
  // A second run takes the lease after the first one's.
  expect(await coldhunt(['schedule', 'run', 'nightly', '--wait'], { env })).toMatchObject({ code: 0 });
  expect(await coldhunt(['schedule', 'remove', 'nightly'], { env })).toMatchObject({ code: 0 });
  // What was spilled while sorting stays where it was.
  const denied = watches.denied.filter(({ resource }) => !resource.includes('/reduce/spill/'));
  expect([...denied, ...scans.denied].map(({ request }) => request)).toEqual([]);
  const asked = new Set(watches.allowed.map(({ action }) => action));
  // Only what is uploaded in parts may be called off: these nights are small.
  expect(actionsOf(policy).filter((action) => !asked.has(action))).toEqual(['s3:AbortMultipartUpload']);
});
