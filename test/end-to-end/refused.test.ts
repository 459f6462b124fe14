// A hunt that is refused before its first object is read leaves nothing behind, however far it came: no run folder, no part of a plan, no
// object in a bucket.

import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openRunStore } from '@coldhunt/archive';
import { startFaultProxy, type FaultProxy } from '@coldhunt/archive/test/fault-proxy';
import { startRedis, type RedisServer } from '../redis-server.ts';
import { coldhunt } from '../run-command.ts';
import { startS3, type S3Server } from '../s3-server.ts';

const RULE = 'c371e9fc-6a10-11ef-a0ac-f661ea17fbcc';

let folder: string;
let s3: S3Server;
let proxy: FaultProxy;
let redis: RedisServer;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'coldhunt-refused-'));
  await mkdir(join(folder, 'archive'));
  await mkdir(join(folder, 'empty'));
  await writeFile(join(folder, 'archive', 'a.ndjson'), '{"@timestamp":"2026-02-01T00:00:00Z"}\n');
  await writeFile(join(folder, 'file'), 'a file');
  await mkdir(join(folder, 'taken'));
  await writeFile(join(folder, 'taken', 'notes.txt'), 'somebody else wrote this');
  s3 = await startS3();
  s3.createBucket('logs');
  s3.createBucket('runs');
  await s3.upload(join(folder, 'archive'), 's3://logs/endpoint');
  proxy = await startFaultProxy(Number(new URL(s3.endpoint).port));
  redis = await startRedis();
});

afterAll(async () => {
  await redis?.stop();
  await proxy?.close();
  await s3?.stop();
  await rm(folder, { recursive: true, force: true });
});

interface Refusal {
  readonly args: readonly string[];
  /** Below the test's folder, or an s3:// URI. Default: a folder in a folder that is not there either. */
  readonly out?: string;
  readonly env?: Readonly<Record<string, string>>;
  /** Every request for a listing of the archive is answered so. */
  readonly listing?: { readonly status: number; readonly code: string };
  readonly code: number;
  readonly says: RegExp;
}

const NO_CREDENTIALS = {
  AWS_ACCESS_KEY_ID: '',
  AWS_SECRET_ACCESS_KEY: '',
  AWS_EC2_METADATA_DISABLED: 'true',
  AWS_SHARED_CREDENTIALS_FILE: '/no/such/file',
  AWS_CONFIG_FILE: '/no/such/file',
};

const REFUSALS: Readonly<Record<string, Refusal>> = {
  'a rule that is not there': { args: ['--rule', 'no-such-rule'], code: 2, says: /no-such-rule/ },
  'a layout that is none': { args: ['--layout', '%Q/%Y'], code: 2, says: /%Q/ },
  'an empty range': { args: ['--from', '2026-02-02', '--to', '2026-02-02'], code: 2, says: /2026-02-02/ },
  'an archive that is not there': { args: ['--archive', 'nowhere'], code: 2, says: /no such file or folder/ },
  'a bucket that is not there': { args: ['--archive', 's3://no-such-bucket/logs'], code: 2, says: /no-such-bucket/ },
  'an archive that may not be listed': {
    args: ['--archive', 's3://logs/endpoint'],
    listing: { status: 403, code: 'AccessDenied' },
    code: 2,
    says: /STORAGE_DENIED/,
  },
  'no credentials': { args: ['--archive', 's3://logs/endpoint'], env: NO_CREDENTIALS, code: 2, says: /credentials/i },
  'a plan that reads too much': { args: ['--max-bytes', '5'], code: 2, says: /PLAN_TOO_LARGE/ },
  'a plan that costs too much': {
    args: ['--archive', 's3://logs/endpoint', '--max-cost', '0'],
    code: 2,
    says: /PLAN_TOO_LARGE/,
  },
  'a plan that reads too much, into a bucket': {
    args: ['--max-bytes', '5'],
    out: 's3://runs/refused',
    code: 2,
    says: /PLAN_TOO_LARGE/,
  },
  'a plan that reads too much, into an empty folder': {
    args: ['--max-bytes', '5'],
    out: 'empty',
    code: 2,
    says: /PLAN_TOO_LARGE/,
  },
  'a run folder in a bucket that is not there': {
    args: [],
    out: 's3://no-such-bucket/run',
    code: 2,
    says: /no-such-bucket/,
  },
  'a run folder that is a file': { args: [], out: 'file', code: 2, says: /RUN_FOLDER_TAKEN/ },
  'a run folder that holds something else': { args: [], out: 'taken', code: 2, says: /RUN_FOLDER_TAKEN/ },
  'a run folder within the archive': { args: [], out: 'archive/run', code: 2, says: /inside the archive/ },
  'a run folder whose name is too long': { args: [], out: `new/${'n'.repeat(300)}`, code: 2, says: /too long/ },
  'a run folder where none can be made': { args: [], out: '/proc/run', code: 2, says: /STORAGE_DENIED/ },
  'Redis that is not there': { args: ['--redis', 'redis://127.0.0.1:1'], code: 1, says: /REDIS_UNAVAILABLE/ },
  'a detached hunt without Redis': { args: ['--detach'], code: 2, says: /--redis/ },
  'a plan that reads too much, over Redis': {
    args: ['--redis', 'redis', '--max-bytes', '5'],
    code: 2,
    says: /PLAN_TOO_LARGE/,
  },
};

/** Every file and folder, and every object of the bucket for runs. */
async function inventory(): Promise<readonly string[]> {
  const runs = openRunStore('s3://runs/', {
    s3: {
      endpoint: s3.endpoint,
      forcePathStyle: true,
      region: 'us-east-1',
      credentials: { accessKeyId: 'demo', secretAccessKey: 'demo-secret' },
    },
  });
  try {
    const objects: string[] = [];
    for await (const paths of runs.list('')) objects.push(...paths);
    return [...(await readdir(folder, { recursive: true })).toSorted(), ...objects];
  } finally {
    await runs.close?.();
  }
}

describe('a hunt that is refused leaves nothing behind', () => {
  it.each(Object.entries(REFUSALS))('%s', async (_name, { args, out = 'new/run', env, listing, code, says }) => {
    proxy.reset();
    if (listing !== undefined)
      proxy.fail({ fits: ({ url }) => url.includes('list-type=2'), times: 1000, act: { kind: 'answer', ...listing } });
    const archive = args.includes('--archive') ? [] : ['--archive', 'archive'];
    const rule = args.includes('--rule') ? [] : ['--rule', RULE];
    const given = args.map((arg) => (arg === 'redis' ? redis.url : arg));
    const before = await inventory();
    const finished = await coldhunt(['scan', ...archive, ...rule, '--out', out, ...given], {
      cwd: folder,
      env: { ...s3.env, COLDHUNT_S3_ENDPOINT: proxy.endpoint, ...env },
    });
    expect(finished.stderr).toMatch(says);
    expect(finished.stdout).toBe('');
    expect(finished.code, finished.stderr).toBe(code);
    expect(await inventory()).toEqual(before);
  });

  it('nor do parts of a plan that an earlier listing left when it was cut short', async () => {
    const plan = join(folder, 'left', 'plan');
    await mkdir(plan, { recursive: true });
    await writeFile(join(plan, `${'a'.repeat(64)}.ndjson.zst`), 'a part');
    const args = ['scan', '--archive', 'archive', '--rule', RULE, '--max-bytes', '5', '--out', 'left'];
    const { code, stderr } = await coldhunt(args, { cwd: folder });
    expect(code, stderr).toBe(2);
    expect(await readdir(plan)).toEqual([]);
  });

  it('nor does one without --out, whose folder would lie under runs/', async () => {
    const before = await inventory();
    const args = ['scan', '--archive', 'archive', '--rule', RULE, '--max-bytes', '5'];
    const { code, stderr } = await coldhunt(args, { cwd: folder });
    expect(code, stderr).toBe(2);
    expect(await inventory()).toEqual(before);
  });
});
