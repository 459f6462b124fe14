// A whole detached hunt in which each role has the rights of its IAM policy and no others: what each asks of S3 is allowed, and nothing is
// allowed that no role asks for. The server answers as AWS does, where it differs from stand-ins: 403 for what is missing.

import { randomBytes } from 'node:crypto';
import { mkdtemp, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Fleet, type RoleName } from '../end-to-end/fleet.ts';
import { startGuardedS3, type GuardedS3 } from '../policies/guarded-s3.ts';
import { actionsOf, readPolicy, type Access, type Policy } from '../policies/policy.ts';
import { startRedis, type RedisServer } from '../redis-server.ts';
import { coldhunt } from '../run-command.ts';
import { startS3, type S3Server } from '../s3-server.ts';

const VALUES = {
  ARCHIVE_BUCKET: 'logs',
  ARCHIVE_PREFIX: 'endpoint/2026',
  RUNS_BUCKET: 'hunts',
  RUNS_PREFIX: 'team/runs',
};
const ARCHIVE = 's3://logs/endpoint/2026';
const OUT = 's3://hunts/team/runs/first';
/** Enough of what does not compress that alerts are uploaded in parts. */
const EVENTS = 2_400;
const LINE_BYTES = 3_000;
/** The server takes no larger objects at once than one of these. */
const OBJECTS = 2;
const RULE = `[rule]
rule_id = "policies"
name = "Any process"
description = "Matches every event"
type = "query"
language = "kuery"
query = "process.name: aws"
severity = "low"
risk_score = 21
`;
/** Rights that are used where they are given, and are given to nobody: see infra/README.md. */
const GOES_WITHOUT: readonly ((access: Access) => boolean)[] = [
  // What was spilled while sorting stays where it was.
  ({ action, resource }) => action === 's3:DeleteObject' && resource.includes('/reduce/spill/'),
  // So do the parts of a plan that is refused.
  ({ action, resource }) => action === 's3:DeleteObject' && resource.includes('-too-large/plan/'),
  // Whether files of others lie where the run folder is to be is not looked for.
  ({ action, prefix }) => action === 's3:ListBucket' && prefix?.startsWith('team/runs/first') === true,
];
const STAGES = ['plan', 'scan', 'reduce', 'report'] as const;
type Stage = (typeof STAGES)[number];
const ROLE_OF = { planner: 'plan', worker: 'scan', reducer: 'reduce' } as const satisfies Record<RoleName, Stage>;

let folder: string;
let s3: S3Server;
let redis: RedisServer;
let fleet: Fleet;
const policies = new Map<Stage, Policy>();
const guards = new Map<Stage, GuardedS3>();

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'coldhunt-policies-'));
  await mkdir(join(folder, 'archive'));
  await writeFile(join(folder, 'rule.toml'), RULE);
  for (let part = 0; part < OBJECTS; part += 1)
    await writeFile(join(folder, 'archive', `${part}.ndjson`), events(part));
  s3 = await startS3();
  for (const bucket of [VALUES.ARCHIVE_BUCKET, VALUES.RUNS_BUCKET]) s3.createBucket(bucket);
  await s3.upload(join(folder, 'archive'), ARCHIVE);
  for (const stage of STAGES) {
    const policy = await readPolicy(stage, VALUES);
    policies.set(stage, policy);
    guards.set(stage, await startGuardedS3(Number(new URL(s3.endpoint).port), policy));
  }
  redis = await startRedis();
  fleet = new Fleet({ COLDHUNT_REDIS_URL: redis.url, COLDHUNT_RUNS_PREFIX: 's3://hunts/team/runs' });
});

afterAll(async () => {
  await fleet?.end();
  await redis?.stop();
  for (const guard of guards.values()) await guard.close();
  await s3?.stop();
  await rm(folder, { recursive: true, force: true });
});

function events(part: number): string {
  const line = (): string => randomBytes(LINE_BYTES).toString('base64url');
  const lines = Array.from({ length: EVENTS / OBJECTS }, (_, index) => {
    const time = new Date(Date.UTC(2026, 0, 20, part, 0, index)).toISOString();
    return JSON.stringify({ '@timestamp': time, host: { id: 'h1' }, process: { name: 'aws', command_line: line() } });
  });
  return `${lines.join('\n')}\n`;
}

function guardOf(stage: Stage): GuardedS3 {
  const guard = guards.get(stage);
  if (guard === undefined) throw new Error(`no guard of ${stage}`);
  return guard;
}

function envOf(stage: Stage): Record<string, string> {
  return { ...s3.env, COLDHUNT_S3_ENDPOINT: guardOf(stage).endpoint, COLDHUNT_REDIS_URL: redis.url };
}

/** Requests of a stage, with those for reports told apart from the rest of the reducer's. */
function actionsAsked(stage: Stage): ReadonlySet<string> {
  const isReport = ({ resource }: { readonly resource: string }): boolean =>
    /\/(?:coverage\.json|summary\.json|alerts\.csv|report\.html|manifest\.json)$/.test(resource);
  const asked = guardOf(stage).allowed.filter((access) => stage !== 'reduce' || !isReport(access));
  const reported = stage === 'report' ? guardOf('reduce').allowed.filter(isReport) : [];
  return new Set([...asked, ...reported].map(({ action }) => action));
}

describe('a hunt in which each role has the rights of its policy alone', () => {
  it('comes to its end, and is reported', async () => {
    for (const role of ['planner', 'worker', 'reducer'] as const)
      await fleet.start(role, { env: envOf(ROLE_OF[role]) });
    const args = ['scan', '--archive', ARCHIVE, '--rule', join(folder, 'rule.toml'), '--out', OUT, '--detach'];
    const asked = await coldhunt(args, { env: envOf('report') });
    expect(asked.code, asked.stderr).toBe(0);
    const waited = await coldhunt(['status', OUT, '--wait'], { env: envOf('reduce') });
    expect(waited.code, waited.stderr).toBe(0);
    expect(waited.stdout).toContain('2,400 alerts');
    const csv = join(folder, 'alerts.csv');
    const reported = await coldhunt(['report', OUT, '--format', 'csv', '--output', csv], { env: envOf('report') });
    expect(reported.code, reported.stderr).toBe(0);
    expect((await readFile(csv, 'utf8')).trimEnd().split('\n')).toHaveLength(1 + EVENTS);
  });

  it('says why a plan is refused, whose parts may not be taken away', async () => {
    const out = `${OUT}-too-large`;
    const args = ['scan', '--archive', ARCHIVE, '--rule', join(folder, 'rule.toml'), '--out', out, '--detach'];
    const asked = await coldhunt([...args, '--max-bytes', '5'], { env: envOf('report') });
    expect(asked.code, asked.stderr).toBe(0);
    const waited = await coldhunt(['status', out, '--wait'], { env: envOf('reduce') });
    expect(waited.code, waited.stderr).toBe(1);
    expect(waited.stderr).toContain('(PLAN_TOO_LARGE)');
    expect(waited.stderr).not.toContain('STORAGE_DENIED');
  });

  it('needs all four where one process does all', async () => {
    const all = { Version: '2012-10-17' as const, Statement: [...policies.values()].flatMap((each) => each.Statement) };
    const guard = await startGuardedS3(Number(new URL(s3.endpoint).port), all);
    try {
      const env = { ...s3.env, COLDHUNT_S3_ENDPOINT: guard.endpoint };
      const args = ['--rule', join(folder, 'rule.toml'), '--include-key', '0.ndjson', '--out', `${OUT}-alone`];
      const { code, stderr } = await coldhunt(['scan', '--archive', ARCHIVE, ...args], { env });
      expect(code, stderr).toBe(0);
      expect(guard.denied.filter((access) => !GOES_WITHOUT.some((fits) => fits(access)))).toEqual([]);
    } finally {
      await guard.close();
    }
  });

  it.each(STAGES)('%s asks for nothing that it may not and cannot do without', (stage) => {
    const denied = guardOf(stage).denied.filter((access) => !GOES_WITHOUT.some((fits) => fits(access)));
    expect(denied.map(({ request }) => request)).toEqual([]);
  });

  it.each(STAGES)('%s may nothing that it does not ask for', (stage) => {
    const asked = new Set(actionsAsked(stage));
    // An upload in parts that fails is called off: who begins one may do so. Reports are streamed as the alerts are.
    const isInParts = guardOf(stage === 'report' ? 'reduce' : stage).allowed.some(({ request }) =>
      /^POST .*[?&]uploads\b/.test(request),
    );
    if (isInParts) asked.add('s3:AbortMultipartUpload');
    expect(actionsOf(policies.get(stage) as Policy)).toEqual([...asked].toSorted());
  });
});
