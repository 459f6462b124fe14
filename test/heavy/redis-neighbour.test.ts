// A Redis that others can reach: over TLS with user and password alone, and with a neighbour who puts jobs into the queue that nobody asked for.

import { mkdir, mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { createConnection, createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Fleet, until } from '../end-to-end/fleet.ts';
import { readAnswer } from '../end-to-end/read-answer.ts';
import { startRedis, type RedisServer } from '../redis-server.ts';
import { coldhunt, ROOT } from '../run-command.ts';

const RULE = 'c371e9fc-6a10-11ef-a0ac-f661ea17fbcc';
const EVENT = '{"@timestamp":"2026-01-20T00:00:00Z","host":{"id":"h1"},"process":{"name":"aws"}}\n';
const TLS = join(ROOT, 'test', 'fixtures', 'tls');
const PASSWORD = 'p/w:with@all';
/** What docs/security.md says that a user of coldhunt needs. */
const RIGHTS = ['~coldhunt:*', '&*', '+@all', '-@dangerous', '-@admin', '+info'];

let folder: string;
let archive: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'coldhunt-neighbour-'));
  archive = join(folder, 'archive');
  await mkdir(archive);
  await writeFile(join(archive, 'a.ndjson'), EVENT.repeat(20));
});

afterAll(() => rm(folder, { recursive: true, force: true }));

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer();
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as AddressInfo;
      server.close(() => resolve(port));
    });
  });
}

describe('a Redis with TLS, users and passwords', () => {
  let redis: RedisServer;
  let port: number;
  let url: string;

  beforeAll(async () => {
    port = await freePort();
    const files = ['cert-file', 'server.pem', 'key-file', 'server-key.pem', 'ca-cert-file', 'authority.pem'];
    const tls = files.map((part, index) => (index % 2 === 0 ? `--tls-${part}` : join(TLS, part)));
    const user = ['--user', 'hunter', 'on', `>${PASSWORD}`, ...RIGHTS];
    redis = await startRedis({ args: ['--tls-port', String(port), '--tls-auth-clients', 'no', ...tls, ...user] });
    url = `rediss://hunter:${encodeURIComponent(PASSWORD)}@localhost:${port}`;
  });

  afterAll(() => redis.stop());

  const trusting = (): Record<string, string> => ({
    COLDHUNT_REDIS_URL: url,
    NODE_EXTRA_CA_CERTS: join(TLS, 'authority.pem'),
  });

  it('carries a whole hunt, with no more rights than the documents name', async () => {
    const fleet = new Fleet(trusting());
    try {
      await fleet.start('planner');
      await fleet.start('reducer');
      const worker = await fleet.start('worker');
      const [detached, followed] = [join(folder, 'tls-detached'), join(folder, 'tls-followed')];
      const question = ['--archive', archive, '--rule', RULE];
      const asked = await coldhunt(['scan', ...question, '--detach', '--out', detached], { env: trusting() });
      expect(asked.code, asked.stderr).toBe(0);
      const status = await coldhunt(['status', detached, '--wait'], { env: trusting() });
      expect(status.code, status.stderr).toBe(0);
      const done = await coldhunt(['scan', ...question, '--redis', '--out', followed], { env: trusting() });
      expect(done.code, done.stderr).toBe(0);
      expect(await readAnswer(followed)).toEqual(await readAnswer(detached));
      for (const text of [asked.stderr, status.stdout, done.stderr, worker.output()])
        expect(text).not.toContain(PASSWORD);
    } finally {
      await fleet.end();
    }
  });

  it.each([
    ['a certificate that nobody vouches for', () => ({ COLDHUNT_REDIS_URL: url }), /certificate/i],
    [
      'another name than that of the certificate',
      () => ({ ...trusting(), COLDHUNT_REDIS_URL: url.replace('localhost', '127.0.0.2') }),
      /127\.0\.0\.2/,
    ],
    [
      'a wrong password',
      () => ({ ...trusting(), COLDHUNT_REDIS_URL: `rediss://hunter:wrong-one@localhost:${port}` }),
      /WRONGPASS|password/i,
    ],
    ['no TLS where it is wanted', () => ({ ...trusting(), COLDHUNT_REDIS_URL: url.replace('rediss', 'redis') }), /./],
  ])('is not spoken to over %s', async (_name, env, message) => {
    const out = join(folder, 'tls-refused');
    const refused = await coldhunt(['scan', '--archive', archive, '--rule', RULE, '--redis', '--out', out], {
      env: env(),
    });
    expect(refused.code, refused.stderr).toBe(1);
    expect(refused.stderr).toMatch(/REDIS_/);
    expect(refused.stderr).toMatch(message);
    expect(refused.stderr).not.toMatch(/wrong-one|p\/w/);
  });
});

describe('a neighbour in Redis', () => {
  let redis: RedisServer;
  let jobs = 0;

  beforeAll(async () => {
    redis = await startRedis();
  });

  afterAll(() => redis.stop());

  /** Commands over a plain socket, until all were answered. */
  async function send(commands: readonly (readonly string[])[]): Promise<void> {
    const socket = createConnection({ port: redis.port, host: '127.0.0.1' });
    let answers = '';
    socket.on('data', (chunk: Buffer) => (answers += chunk.toString()));
    for (const command of commands) {
      const parts = command.map((part) => `$${Buffer.byteLength(part)}\r\n${part}\r\n`);
      socket.write(`*${command.length}\r\n${parts.join('')}`);
    }
    await until(
      () => (answers.match(/^[:+-]/gm) ?? []).length >= commands.length,
      () => answers,
    );
    socket.destroy();
    expect(answers).not.toMatch(/^-/m);
  }

  /** A job as BullMQ keeps it, put there by hand. */
  async function plant(queue: string, data: string): Promise<void> {
    jobs += 1;
    const key = `coldhunt:${queue}`;
    const id = `planted-${jobs}`;
    const fields = { name: 'shard', data, opts: '{"attempts":1}', timestamp: '1', delay: '0', priority: '0' };
    await send([
      ['HSET', `${key}:${id}`, ...Object.entries(fields).flat()],
      ['LPUSH', `${key}:wait`, id],
      ['ZADD', `${key}:marker`, '0', '0'],
    ]);
  }

  it('makes nobody read or write outside the hunts that were planned, and stops none of them', async () => {
    const runs = join(folder, 'runs');
    const outside = join(folder, 'outside');
    await mkdir(outside);
    const env = { COLDHUNT_REDIS_URL: redis.url, COLDHUNT_RUNS_PREFIX: pathToFileURL(runs).href };
    const question = ['--archive', archive, '--rule', RULE];
    // A real run outside of what is served, and one inside.
    const elsewhere = await coldhunt(['scan', ...question, '--out', join(outside, 'run')]);
    expect(elsewhere.code, elsewhere.stderr).toBe(0);
    const inside = await coldhunt(['scan', ...question, '--out', join(runs, 'inside')]);
    expect(inside.code, inside.stderr).toBe(0);
    const { run_id: runId } = JSON.parse(await readFile(join(runs, 'inside', 'run.json'), 'utf8')) as {
      run_id: string;
    };
    const before = await readdir(join(outside, 'run'), { recursive: true });
    const named = { format: 1, run_uri: pathToFileURL(join(runs, 'inside')).href, run_id: runId, generation: 1 };
    const retry = { failed: true, archived: true };
    const hunt = { ...named, weight: 1, retry, started_at_ms: 1, partitions: 1, limits: {} };
    const bases: Readonly<Record<string, object>> = {
      shards: { ...named, shard_id: 'a'.repeat(32), part: 0 },
      hunts: hunt,
      reduce: hunt,
      partitions: { ...named, number: 0, of: 1 },
    };
    const changes: readonly object[] = [
      { run_uri: pathToFileURL(join(outside, 'run')).href },
      { run_uri: `${env.COLDHUNT_RUNS_PREFIX}/../outside/run` },
      { run_uri: `${env.COLDHUNT_RUNS_PREFIX}/%2e%2e/outside/run` },
      { run_uri: 'file:///etc' },
      { run_uri: 's3://somebody-else/run' },
      { run_uri: 'http://127.0.0.1:1/run' },
      { run_uri: `file:///${'x'.repeat(5_000_000)}` },
      { run_id: 'b'.repeat(64) },
      { generation: 7 },
      { part: 1e9, number: 1e9 },
      { part: -1, number: -1 },
      { shard_id: '../../../../etc/passwd', partitions: 1e12, of: 1e12 },
      { objects: [{ uri: 'file:///etc/passwd' }] },
      { retry: 'x', number: '0', shard_id: 1 },
    ];
    const texts = [
      '{"format":1,',
      'null',
      '[1,2,3]',
      '"text"',
      '{}',
      '{"format":1,"__proto__":{"run_uri":"file:///etc"}}',
    ];
    const fleet = new Fleet(env);
    try {
      const worker = await fleet.start('worker');
      const planner = await fleet.start('planner');
      const reducer = await fleet.start('reducer');
      for (const [queue, base] of Object.entries(bases)) {
        for (const text of texts) await plant(queue, text);
        for (const change of changes) await plant(queue, JSON.stringify({ ...base, ...change }));
      }
      // Of a shard that nobody planned.
      await plant('shards', JSON.stringify(bases['shards']));
      // All is still well: a hunt that was asked for behind them is done.
      const out = join(runs, 'asked');
      const asked = await coldhunt(['scan', ...question, '--detach', '--out', out], { env });
      expect(asked.code, asked.stderr).toBe(0);
      const status = await coldhunt(['status', out, '--wait'], { env });
      expect(status.code, status.stderr + worker.output() + planner.output() + reducer.output()).toBe(0);
      expect(await readAnswer(out)).toEqual(await readAnswer(join(runs, 'inside')));
      expect(await readdir(join(outside, 'run'), { recursive: true })).toEqual(before);
      for (const role of [worker, planner, reducer]) {
        expect(role.process.exitCode).toBeNull();
        expect(role.output()).not.toMatch(/root:|INVARIANT|TypeError|\n\s+at /);
        expect(role.output()).toMatch(/RUN_FORBIDDEN/);
        expect(role.output()).toMatch(/RUN_INVALID/);
        // What was sent is not sent on to whoever collects logs.
        expect(role.output().length).toBeLessThan(200_000);
      }
    } finally {
      await fleet.end();
    }
  });
});
