// Processes that are told to end, and Redis is gone, silent, or not yet reached: each ends in seconds, with exit code 0, and says so.

import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createConnection, createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { startFaultProxy, type FaultProxy } from '@coldhunt/archive/test/fault-proxy';
import { Fleet, endRole, until, type Role, type RoleName } from '../end-to-end/fleet.ts';
import { startRedis, type RedisServer } from '../redis-server.ts';
import { startColdhunt } from '../run-command.ts';
import { startS3, type S3Server } from '../s3-server.ts';

const RULE = 'c371e9fc-6a10-11ef-a0ac-f661ea17fbcc';
const EVENT = '{"@timestamp":"2026-01-20T00:00:00Z","host":{"id":"h1"},"process":{"name":"aws"}}\n';
const ROLES: readonly RoleName[] = ['planner', 'worker', 'reducer'];
/** A machine that is busy with other tests is slow; what hangs takes far longer. */
const SECONDS = 10;

let folder: string;
let redis: RedisServer;
let s3: S3Server;
let proxy: FaultProxy;
let fleet: Fleet;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'coldhunt-stopping-'));
  s3 = await startS3();
  s3.createBucket('logs');
  await writeFile(join(folder, 'a.ndjson'), EVENT.repeat(20));
  await s3.upload(folder, 's3://logs/endpoint');
  proxy = await startFaultProxy(Number(new URL(s3.endpoint).port));
});

beforeEach(async () => {
  redis = await startRedis();
  proxy.reset();
});

afterEach(async () => {
  await fleet.end();
  await redis.stop();
});

afterAll(async () => {
  await proxy?.close();
  await s3?.stop();
  await rm(folder, { recursive: true, force: true });
});

async function expectToEnd(role: Role, seconds = SECONDS): Promise<void> {
  const startedAt = performance.now();
  await endRole(role);
  const took = (performance.now() - startedAt) / 1000;
  expect(role.process.exitCode, role.output()).toBe(0);
  expect(role.output()).toContain('"msg":"stopped"');
  expect(took, role.output()).toBeLessThan(seconds);
}

describe('a process whose Redis is gone', () => {
  it.each(ROLES)('ends in seconds: %s', async (name) => {
    fleet = new Fleet({ COLDHUNT_REDIS_URL: redis.url });
    const role = await fleet.start(name);
    await redis.kill();
    await until(() => role.output().includes('trouble with Redis'), role.output);
    await expectToEnd(role);
  });

  it('ends in seconds in the midst of a shard, when its drain time is over', async () => {
    const env = { ...s3.env, COLDHUNT_S3_ENDPOINT: proxy.endpoint, COLDHUNT_REDIS_URL: redis.url };
    fleet = new Fleet(env);
    const worker = await fleet.start('worker', { flags: ['--log-level', 'debug', '--drain-timeout', '1s'] });
    const isOfArchive = ({ method, url }: { method: string; url: string }): boolean =>
      method === 'GET' && url.includes('a.ndjson');
    proxy.fail({ fits: isOfArchive, times: 100, act: { kind: 'stall', afterBytes: 10 } });
    let told = '';
    const args = ['scan', '--archive', 's3://logs/endpoint', '--rule', RULE, '--out', join(folder, 'busy'), '--redis'];
    const hunt = startColdhunt(args, { env }, (text) => (told += text));
    const ended = once(hunt, 'exit');
    await until(
      () => proxy.seen.some(isOfArchive),
      () => told + worker.output(),
    );
    await redis.kill();
    await until(() => worker.output().includes('trouble with Redis'), worker.output);
    await expectToEnd(worker, SECONDS + 5);
    hunt.kill('SIGINT');
    expect((await ended)[0], told).toBe(130);
  });
});

describe('a process that is told to end while it starts', () => {
  let silent: Server;
  const sockets = new Set<Socket>();

  /** Passes so many connections on to Redis; to those after them it never says a word. */
  async function listen(passes: number): Promise<{ readonly url: string; readonly count: () => number }> {
    let count = 0;
    silent = createServer((socket) => {
      sockets.add(socket);
      socket.on('error', () => undefined);
      count += 1;
      if (count > passes) return;
      const onward = createConnection(redis.port, '127.0.0.1');
      onward.on('error', () => undefined);
      socket.pipe(onward).pipe(socket);
    });
    silent.listen(0, '127.0.0.1');
    await once(silent, 'listening');
    return { url: `redis://127.0.0.1:${(silent.address() as AddressInfo).port}`, count: () => count };
  }

  afterEach(async () => {
    for (const socket of sockets) socket.destroy();
    sockets.clear();
    silent.close();
    await once(silent, 'close');
  });

  it.each(ROLES.flatMap((name) => [[name, 'first', 0] as const, [name, 'later', 1] as const]))(
    'ends at once: %s, whose Redis does not answer its %s connections',
    async (name, _which, passes) => {
      const { url, count } = await listen(passes);
      fleet = new Fleet({});
      let output = '';
      const child = startColdhunt([name], { env: { COLDHUNT_REDIS_URL: url } }, (text) => (output += text));
      await until(
        () => count() > passes,
        () => output,
      );
      await expectToEnd({ process: child, output: () => output }, 4);
    },
  );
});
