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
import { coldhunt, startColdhunt } from '../run-command.ts';
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
  it('ends in seconds, whichever it is', async () => {
    fleet = new Fleet({ COLDHUNT_REDIS_URL: redis.url });
    const roles = await Promise.all(ROLES.map((name) => fleet.start(name)));
    await redis.kill();
    for (const role of roles) await until(() => role.output().includes('trouble with Redis'), role.output);
    await Promise.all(roles.map((role) => expectToEnd(role)));
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

describe('a process that has a hunt whose Redis is gone', () => {
  const flags = ['--drain-timeout', '1s'];

  async function ask(env: Record<string, string>, out: string): Promise<void> {
    const args = ['scan', '--archive', 's3://logs/endpoint', '--rule', RULE, '--out', join(folder, out), '--detach'];
    const { code, stderr } = await coldhunt(args, { env });
    expect(code, stderr).toBe(0);
  }

  async function loseRedis(role: Role): Promise<void> {
    await redis.kill();
    await until(() => role.output().includes('trouble with Redis'), role.output);
    await expectToEnd(role, SECONDS + 5);
  }

  it('ends in seconds in the midst of a listing', async () => {
    const env = { ...s3.env, COLDHUNT_S3_ENDPOINT: proxy.endpoint, COLDHUNT_REDIS_URL: redis.url };
    fleet = new Fleet(env);
    const isListing = ({ url }: { url: string }): boolean => url.includes('list-type=2');
    proxy.fail({ fits: isListing, times: 100, act: { kind: 'wait', until: new Promise(() => undefined) } });
    const planner = await fleet.start('planner', { flags });
    await ask(env, 'listing');
    await until(() => proxy.seen.some(isListing), planner.output);
    await loseRedis(planner);
  });

  it('ends in seconds while it follows shards', async () => {
    const env = { ...s3.env, COLDHUNT_REDIS_URL: redis.url };
    fleet = new Fleet(env);
    await fleet.start('planner');
    const reducer = await fleet.start('reducer', { flags });
    await ask(env, 'followed');
    await until(() => reducer.output().includes('"msg":"shards queued"'), reducer.output);
    await loseRedis(reducer);
  });
});

describe('a process that is told to end while it starts', () => {
  const silent: Server[] = [];
  const sockets = new Set<Socket>();

  /** Passes so many connections on to Redis; to those after them it never says a word. */
  async function listen(passes: number): Promise<{ readonly url: string; readonly count: () => number }> {
    let count = 0;
    const server = createServer((socket) => {
      sockets.add(socket);
      socket.on('error', () => undefined);
      count += 1;
      if (count > passes) return;
      const onward = createConnection(redis.port, '127.0.0.1');
      onward.on('error', () => undefined);
      socket.pipe(onward).pipe(socket);
    });
    silent.push(server);
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return { url: `redis://127.0.0.1:${(server.address() as AddressInfo).port}`, count: () => count };
  }

  afterEach(async () => {
    for (const socket of sockets) socket.destroy();
    sockets.clear();
    for (const server of silent.splice(0)) {
      server.close();
      await once(server, 'close');
    }
  });

  it.each([
    ['first', 0],
    ['later', 1],
  ])('ends at once where Redis does not answer its %s connections, whichever it is', async (_which, passes) => {
    fleet = new Fleet({});
    const endings = ROLES.map(async (name) => {
      const { url, count } = await listen(passes);
      let output = '';
      const child = startColdhunt([name], { env: { COLDHUNT_REDIS_URL: url } }, (text) => (output += text));
      await until(
        () => count() > passes,
        () => output,
      );
      await expectToEnd({ process: child, output: () => output }, 8);
    });
    await Promise.all(endings);
  });
});
