// The IAM policies of infra/, given to users of Ceph's gateway, which enforces them: a hunt whose roles have these rights alone is done, and no role
// can do more. IAM documents become bucket policies with a principal: the gateway has no others.

import { mkdtemp, mkdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  CreateBucketCommand,
  DeleteObjectCommand,
  GetObjectCommand,
  ListObjectsV2Command,
  PutBucketPolicyCommand,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Fleet } from '../end-to-end/fleet.ts';
import { readPolicy } from '../policies/policy.ts';
import { startRedis, type RedisServer } from '../redis-server.ts';
import { coldhunt } from '../run-command.ts';
import { startRadosGateway, type RadosGateway } from './radosgw-server.ts';

const VALUES = { ARCHIVE_BUCKET: 'logs', ARCHIVE_PREFIX: 'endpoint', RUNS_BUCKET: 'hunts', RUNS_PREFIX: 'runs' };
const STAGES = ['plan', 'scan', 'reduce', 'report'] as const;
type Stage = (typeof STAGES)[number];
const RULE = `[rule]
rule_id = "rights"
name = "Any process"
description = "Matches every event"
type = "query"
language = "kuery"
query = "process.name: aws"
severity = "low"
risk_score = 21
`;
const EVENT = '{"@timestamp":"2026-01-20T00:00:00Z","host":{"id":"h1"},"process":{"name":"aws"}}\n';

let folder: string;
let gateway: RadosGateway;
let redis: RedisServer;
let owner: S3Client;
const users = new Map<Stage, Pick<RadosGateway, 's3' | 'env'>>();
const clients: S3Client[] = [];

function clientOf({ s3 }: Pick<RadosGateway, 's3'>): S3Client {
  const { endpoint = '', region = '', credentials } = s3;
  const client = new S3Client({
    endpoint,
    region,
    ...(credentials === undefined ? {} : { credentials }),
    forcePathStyle: true,
    requestChecksumCalculation: 'WHEN_REQUIRED',
    maxAttempts: 1,
  });
  clients.push(client);
  return client;
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'coldhunt-rights-'));
  await mkdir(join(folder, 'rules'));
  await writeFile(join(folder, 'rules', 'rights.toml'), RULE);
  gateway = await startRadosGateway();
  redis = await startRedis();
  owner = clientOf(gateway);
  for (const Bucket of ['logs', 'hunts']) await owner.send(new CreateBucketCommand({ Bucket }));
  for (const Key of ['endpoint/a.ndjson', 'endpoint/b.ndjson', 'elsewhere/c.ndjson'])
    await owner.send(new PutObjectCommand({ Bucket: 'logs', Key, Body: EVENT.repeat(50) }));
  const statements: { readonly Resource: readonly string[] }[] = [];
  for (const stage of STAGES) {
    users.set(stage, await gateway.addUser(stage));
    const { Statement } = await readPolicy(stage, VALUES);
    const Principal = { AWS: [`arn:aws:iam:::user/${stage}`] };
    statements.push(...Statement.map((each) => ({ ...each, Sid: `${stage}${each.Sid}`, Principal })));
  }
  for (const Bucket of ['logs', 'hunts']) {
    const isOfBucket = ({ Resource }: { readonly Resource: readonly string[] }): boolean =>
      Resource.every((arn) => arn.split(':::')[1]?.split('/')[0] === Bucket);
    const Policy = JSON.stringify({ Version: '2012-10-17', Statement: statements.filter(isOfBucket) });
    await owner.send(new PutBucketPolicyCommand({ Bucket, Policy }));
  }
});

afterAll(async () => {
  for (const client of clients) client.destroy();
  await redis?.stop();
  await gateway?.stop();
  await rm(folder, { recursive: true, force: true });
});

function userOf(stage: Stage): Pick<RadosGateway, 's3' | 'env'> {
  const user = users.get(stage);
  if (user === undefined) throw new Error(`no user for ${stage}`);
  return user;
}

describe('a hunt whose roles have the rights of infra/iam alone', () => {
  it('is done, by planner, worker and reducer with a user each', async () => {
    const shared = { COLDHUNT_REDIS_URL: redis.url, COLDHUNT_RUNS_PREFIX: 's3://hunts/runs' };
    const fleet = new Fleet(shared);
    try {
      const roles = [
        await fleet.start('planner', { env: { ...userOf('plan').env } }),
        await fleet.start('worker', { env: { ...userOf('scan').env } }),
        await fleet.start('reducer', { env: { ...userOf('reduce').env } }),
      ];
      const question = [
        '--archive',
        's3://logs/endpoint',
        '--rule',
        join(folder, 'rules'),
        '--out',
        's3://hunts/runs/one',
      ];
      const env = { ...shared, ...userOf('plan').env };
      const asked = await coldhunt(['scan', ...question, '--detach'], { env });
      const logs = (): string => roles.map(({ output }) => output()).join('\n');
      expect(asked.code, asked.stderr).toBe(0);
      const reading = { ...shared, ...userOf('reduce').env };
      const status = await coldhunt(['status', 's3://hunts/runs/one', '--wait'], { env: reading });
      expect(status.code, status.stdout + status.stderr + logs()).toBe(0);
      const report = await coldhunt(['report', 's3://hunts/runs/one', '--format', 'ndjson'], {
        env: userOf('report').env,
      });
      expect(report.code, report.stderr).toBe(0);
      expect(report.stdout.trim().split('\n').length).toBeGreaterThan(0);
    } finally {
      await fleet.end();
    }
  });
});

type Request = (client: S3Client) => Promise<unknown>;
const get =
  (Bucket: string, Key: string): Request =>
  (client) =>
    client.send(new GetObjectCommand({ Bucket, Key }));
const put =
  (Bucket: string, Key: string): Request =>
  (client) =>
    client.send(new PutObjectCommand({ Bucket, Key, Body: 'x' }));
const remove =
  (Bucket: string, Key: string): Request =>
  (client) =>
    client.send(new DeleteObjectCommand({ Bucket, Key }));
const list =
  (Bucket: string, Prefix: string): Request =>
  (client) =>
    client.send(new ListObjectsV2Command({ Bucket, Prefix }));

/** What is asked, and the stages that may. */
const ASKED: readonly (readonly [string, Request, readonly Stage[]])[] = [
  ['reads the archive', get('logs', 'endpoint/a.ndjson'), ['scan']],
  ['reads beside the archive', get('logs', 'elsewhere/c.ndjson'), []],
  ['lists the archive', list('logs', 'endpoint/'), ['plan']],
  ['lists the whole bucket', list('logs', ''), []],
  ['writes to the archive', put('logs', 'endpoint/new.ndjson'), []],
  ['overwrites in the archive', put('logs', 'endpoint/a.ndjson'), []],
  ['deletes in the archive', remove('logs', 'endpoint/b.ndjson'), []],
  ['writes to run folders', put('hunts', 'runs/two/x.json'), ['plan', 'scan', 'reduce', 'report']],
  ['writes beside run folders', put('hunts', 'elsewhere/x.json'), []],
  ['reads run folders', get('hunts', 'runs/one/run.json'), ['plan', 'scan', 'reduce', 'report']],
  ['lists run folders', list('hunts', 'runs/one/'), ['reduce']],
  ['deletes in run folders', remove('hunts', 'runs/one/run.json'), []],
];

describe.each(STAGES)('the user of %s', (stage) => {
  it.each(ASKED)('%s only where infra/iam says so', async (_name, request, allowed) => {
    const answer = request(clientOf(userOf(stage)));
    if (allowed.includes(stage)) await answer;
    else await expect(answer).rejects.toMatchObject({ name: 'AccessDenied' });
  });
});
