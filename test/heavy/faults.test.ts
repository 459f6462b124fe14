// Hunts over an S3 server that fails as it is told: what passes leaves no trace in the answer, what stays is named in coverage with its code,
// and everything else is done.

import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { openRunStore, type S3Options } from '@coldhunt/archive';
import { startFaultProxy, type Fault, type FaultProxy, type SeenRequest } from '@coldhunt/archive/test/fault-proxy';
import { readAnswer } from '../end-to-end/read-answer.ts';
import { coldhunt, type Finished } from '../run-command.ts';
import { startS3, type S3Server } from '../s3-server.ts';

const RULE = 'c371e9fc-6a10-11ef-a0ac-f661ea17fbcc';
const OBJECTS = 8;
const FILLER_LINES = 900;
const CHANGED_KEY = 'part-3.ndjson';

let folder: string;
let server: S3Server;
let proxy: FaultProxy;
let undisturbed: Record<string, string>;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'coldhunt-faults-'));
  server = await startS3();
  proxy = await startFaultProxy(Number(new URL(server.endpoint).port));
  await writeArchive('calm');
  const { finished, out } = await hunt('calm');
  expect(finished.code, finished.stderr).toBe(0);
  undisturbed = await readAnswer(out);
  expect(alertsOf(undisturbed)).toHaveLength(OBJECTS);
});

afterAll(async () => {
  await proxy?.close();
  await server?.stop();
  await rm(folder, { recursive: true, force: true });
});

beforeEach(() => proxy.reset());

function store(bucket: string): ReturnType<typeof openRunStore> {
  const s3: S3Options = {
    endpoint: server.endpoint,
    forcePathStyle: true,
    region: 'us-east-1',
    credentials: { accessKeyId: 'demo', secretAccessKey: 'demo-secret' },
  };
  return openRunStore(`s3://${bucket}/logs`, { s3 });
}

/** Objects of a megabyte, each with one match on a host of its own. */
async function writeArchive(bucket: string): Promise<void> {
  server.createBucket(bucket);
  const objects = store(bucket);
  for (let number = 0; number < OBJECTS; number += 1)
    await objects.put(`part-${number}.ndjson`, Buffer.from(object(number)));
  await objects.close?.();
}

function object(number: number): string {
  const lines = Array.from({ length: FILLER_LINES }, (_, line) => event(number, line, ['ls', '-la', 'y'.repeat(1000)]));
  const args = ['aws', 'ssm', 'send-command', '--document-name', 'AWS-RunShellScript', '--parameters', 'commands=id'];
  lines.splice(FILLER_LINES / 2, 0, event(number, FILLER_LINES, args));
  return `${lines.join('\n')}\n`;
}

function event(number: number, line: number, args: readonly string[]): string {
  const time = new Date(Date.UTC(2026, 1, 1 + number, 0, 0, line)).toISOString();
  return JSON.stringify({
    '@timestamp': time,
    event: { category: ['process'], type: ['start'], action: 'exec' },
    host: { id: `host-${number}`, name: `host-${number}`, os: { type: 'linux' } },
    process: { name: args[0], args },
  });
}

async function hunt(
  bucket: string,
  out = join(folder, bucket),
  more: Readonly<Record<string, string>> = {},
): Promise<{ finished: Finished; out: string }> {
  const args = ['scan', '--archive', `s3://${bucket}/logs`, '--rule', RULE, '--max-gap', '400d', '--out', out];
  return { finished: await coldhunt(args, { env: { ...environment(), ...more } }), out };
}

function environment(): Record<string, string> {
  return { ...server.env, COLDHUNT_S3_ENDPOINT: proxy.endpoint };
}

/** The alerts without what names the bucket, the run and the version. */
function alertsOf(answer: Record<string, string>): readonly unknown[] {
  const lines = (answer['alerts.ndjson'] ?? '').split('\n').filter((line) => line !== '');
  return lines.map((line) => {
    const alert = JSON.parse(line) as Record<string, unknown>;
    return [
      alert['@timestamp'],
      alert['kibana.alert.new_terms'],
      alert['coldhunt.baseline'],
      alert['kibana.alert.uuid'],
    ];
  });
}

interface FoundCoverage {
  readonly complete: boolean;
  readonly objects: Readonly<Record<string, number>>;
  readonly lines: Readonly<Record<string, number>>;
  readonly failed: readonly { readonly uri: string; readonly code: string; readonly bytes: number }[];
}

async function coverageOf(out: string): Promise<FoundCoverage> {
  return JSON.parse(await readFile(join(out, 'coverage.json'), 'utf8')) as FoundCoverage;
}

function isGetOf(key: string): (request: SeenRequest) => boolean {
  return ({ method, url }) => method === 'GET' && url.split('?')[0]?.endsWith(key) === true;
}

function isListing({ method, url }: SeenRequest): boolean {
  return method === 'GET' && url.includes('list-type=2');
}

function isRead({ headers }: SeenRequest): boolean {
  return headers['if-match'] !== undefined;
}

/** Fits every third request, whatever it asks. */
function everyThird(): (request: SeenRequest) => boolean {
  let seen = 0;
  return () => {
    seen += 1;
    return seen % 3 === 0;
  };
}

describe('a hunt over a server that fails for a while', () => {
  it.each<[string, Fault]>([
    ['bursts of SlowDown', { fits: everyThird(), times: 12, act: { kind: 'answer', status: 503, code: 'SlowDown' } }],
    [
      'errors of the server',
      { fits: everyThird(), times: 6, act: { kind: 'answer', status: 500, code: 'InternalError' } },
    ],
    ['connections reset midway', { times: 6, act: { kind: 'reset', afterBytes: 300_000 } }],
    [
      'connections reset before the first byte',
      { fits: everyThird(), times: 6, act: { kind: 'reset', afterBytes: 0 } },
    ],
    ['bodies that end early', { times: 6, act: { kind: 'short', afterBytes: 70_000 } }],
    ['bodies that drip', { times: 3, act: { kind: 'drip', bytes: 50_000, everyMs: 20 } }],
    ['bytes that change on the way', { times: 3, act: { kind: 'flip', atByte: 5_000 } }],
    ['wrong lengths', { times: 3, act: { kind: 'headers', headers: { 'content-length': '1000' } } }],
    [
      'sessions that expire midway',
      { fits: everyThird(), times: 4, act: { kind: 'answer', status: 400, code: 'ExpiredToken' } },
    ],
    [
      'a clock that is wrong',
      {
        fits: isRead,
        act: {
          kind: 'answer',
          status: 403,
          code: 'RequestTimeTooSkewed',
          headers: { date: 'Tue, 01 Jan 2030 00:00:00 GMT' },
        },
      },
    ],
    ['listing pages that are cut short', { fits: isListing, times: 2, act: { kind: 'short', afterBytes: 500 } }],
  ])('gives the same answer through %s', async (name, fault) => {
    const bucket = name.toLowerCase().replaceAll(' ', '-');
    await writeArchive(bucket);
    proxy.fail(fault);
    const { finished, out } = await hunt(bucket);
    expect(finished.code, finished.stderr).toBe(0);
    expect(alertsOf(await readAnswer(out))).toEqual(alertsOf(undisturbed));
    expect(await coverageOf(out)).toMatchObject({ complete: true, objects: { scanned: OBJECTS, failed: 0 } });
  });

  it('gives the same answer when the run folder lies there too', async () => {
    await writeArchive('all-there');
    proxy.fail({ fits: everyThird(), times: 40, act: { kind: 'answer', status: 503, code: 'SlowDown' } });
    const { finished, out } = await hunt('all-there', 's3://all-there/runs/one');
    expect(finished.code, finished.stderr).toBe(0);
    const { stdout } = await coldhunt(['report', out, '--format', 'ndjson'], { env: environment() });
    expect(alertsOf({ 'alerts.ndjson': stdout })).toEqual(alertsOf(undisturbed));
  });
});

describe('a hunt over a server that hangs', () => {
  it('gives up the shard when the time for its bytes is up, and mends the hunt when the server answers', async () => {
    await writeArchive('hangs');
    const never = Promise.withResolvers<void>();
    proxy.fail({ fits: isGetOf(CHANGED_KEY), times: 1000, act: { kind: 'wait', until: never.promise } });
    const out = join(folder, 'hangs');
    const { finished } = await hunt('hangs', out, { COLDHUNT_SHARD_TIME_LIMIT: '1ms' });
    expect(finished.code, finished.stderr).toBe(3);
    const { failed, objects } = await coverageOf(out);
    expect(objects).toMatchObject({ scanned: 0, failed: OBJECTS });
    expect(new Set(failed.map(({ code }) => code))).toEqual(new Set(['SHARD_GAVE_UP']));
    proxy.reset();
    never.resolve();
    const resumed = await coldhunt(['resume', out, '--retry', 'failed'], { env: environment() });
    expect(resumed.code, resumed.stderr).toBe(0);
    expect(alertsOf(await readAnswer(out))).toEqual(alertsOf(undisturbed));
  });
});

describe('a hunt over an archive that changes under it', () => {
  /** Does something when the first byte of the key is asked for: after the plan, before the scan. */
  function afterThePlan(key: string, change: () => Promise<void>): void {
    let begin: () => void = () => undefined;
    const asked = new Promise<void>((resolve) => {
      begin = resolve;
    });
    const isIt = isGetOf(key);
    proxy.fail({
      fits: (request) => {
        if (!isIt(request)) return false;
        begin();
        return true;
      },
      act: { kind: 'wait', until: asked.then(change) },
    });
  }

  it.each<[string, string, (bucket: string) => Promise<void>]>([
    [
      'changed',
      'OBJECT_CHANGED',
      async (bucket) => store(bucket).put(CHANGED_KEY, Buffer.from(`${object(3)}${object(4)}`)),
    ],
    ['deleted', 'OBJECT_VANISHED', async (bucket) => store(bucket).remove(CHANGED_KEY)],
  ])('names the object that was %s after the plan, and does everything else', async (name, code, change) => {
    await writeArchive(name);
    afterThePlan(CHANGED_KEY, () => change(name));
    const { finished, out } = await hunt(name);
    expect(finished.code, finished.stderr).toBe(3);
    const coverage = await coverageOf(out);
    expect(coverage.complete).toBe(false);
    expect(coverage.objects).toMatchObject({ selected: OBJECTS, scanned: OBJECTS - 1, failed: 1 });
    expect(coverage.failed).toMatchObject([{ uri: `s3://${name}/logs/${CHANGED_KEY}`, code }]);
    expect(coverage.lines['read']).toBe((OBJECTS - 1) * (FILLER_LINES + 1));
    const hosts = alertsOf(await readAnswer(out)).map((alert) => (alert as unknown[])[1]);
    expect(hosts).toEqual([0, 1, 2, 4, 5, 6, 7].map((number) => [`host-${number}`]));
    expect(finished.stdout + finished.stderr).toContain('1 object');
  });

  it('names an object whose bytes never come, and mends the hunt when they do', async () => {
    await writeArchive('stuck');
    proxy.fail({ fits: isGetOf(CHANGED_KEY), times: 10_000, act: { kind: 'answer', status: 503, code: 'SlowDown' } });
    const { finished, out } = await hunt('stuck');
    expect(finished.code, finished.stderr).toBe(3);
    expect((await coverageOf(out)).failed).toMatchObject([{ uri: `s3://stuck/logs/${CHANGED_KEY}` }]);
    proxy.reset();
    const resumed = await coldhunt(['resume', out, '--retry', 'failed'], { env: environment() });
    expect(resumed.code, resumed.stderr).toBe(0);
    expect(alertsOf(await readAnswer(out))).toEqual(alertsOf(undisturbed));
    expect(await coverageOf(out)).toMatchObject({ complete: true, objects: { scanned: OBJECTS, failed: 0 } });
  });
});
