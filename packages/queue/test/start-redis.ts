// A real redis-server of one's own: on a free port, with a folder of its own that goes with it.

import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { Redis } from 'ioredis';

export interface RedisServer {
  /** `redis://127.0.0.1:port`, with the password when there is one. */
  readonly url: string;
  readonly port: number;
  /** Kills it with SIGKILL and starts it again on the same port with what its append-only file holds. */
  restart(): Promise<void>;
  stop(): Promise<void>;
}

export interface StartRedisOptions {
  readonly password?: string;
  /** More of redis-server's arguments, such as `--maxmemory-policy allkeys-lru`. */
  readonly args?: readonly string[];
}

const CACHE = fileURLToPath(new URL('../../../.cache/redis/', import.meta.url));
const READY_WITHIN_MS = 15_000;

/** Starts the server that is on the path, else the one that set-up unpacked into `.cache/redis/`. */
export async function startRedis(options: StartRedisOptions = {}): Promise<RedisServer> {
  const folder = await mkdtemp(join(tmpdir(), 'coldhunt-redis-'));
  const port = await freePort();
  const auth = options.password === undefined ? '' : `:${encodeURIComponent(options.password)}@`;
  const url = `redis://${auth}127.0.0.1:${port}`;
  const launch = (): Promise<ChildProcess> => launchServer(folder, port, url, options);
  let server = await launch();
  return {
    url,
    port,
    restart: async () => {
      await end(server);
      server = await launch();
    },
    stop: async () => {
      await end(server);
      await rm(folder, { recursive: true, force: true });
    },
  };
}

async function launchServer(
  folder: string,
  port: number,
  url: string,
  options: StartRedisOptions,
): Promise<ChildProcess> {
  const { command, env } = findServer();
  const password = options.password === undefined ? [] : ['--requirepass', options.password];
  const durable = [
    '--save',
    '',
    '--appendonly',
    'yes',
    '--appendfsync',
    'everysec',
    '--maxmemory-policy',
    'noeviction',
  ];
  const place = ['--port', String(port), '--bind', '127.0.0.1', '--dir', folder];
  const server = spawn(command, [...place, ...durable, ...password, ...(options.args ?? [])], {
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  const keep = (chunk: Buffer): void => {
    output = (output + chunk.toString()).slice(-4_000);
  };
  server.stdout.on('data', keep);
  server.stderr.on('data', keep);
  server.on('error', (error) => keep(Buffer.from(error.message)));
  try {
    await waitUntilReady(server, url);
  } catch (error) {
    await end(server);
    throw new Error(`redis-server did not start:\n${output}`, { cause: error });
  }
  return server;
}

async function waitUntilReady(server: ChildProcess, url: string): Promise<void> {
  const deadline = Date.now() + READY_WITHIN_MS;
  for (;;) {
    if (server.exitCode !== null || server.signalCode !== null) throw new Error('it ended');
    const client = new Redis(url, { lazyConnect: true, retryStrategy: null, maxRetriesPerRequest: 0 });
    client.on('error', () => undefined);
    try {
      await client.connect();
      await client.ping();
      return;
    } catch (error) {
      if (Date.now() > deadline) throw error;
      await sleep(20);
    } finally {
      client.disconnect();
    }
  }
}

function findServer(): { readonly command: string; readonly env: NodeJS.ProcessEnv } {
  const onPath = (process.env['PATH'] ?? '').split(delimiter).some((entry) => existsSync(join(entry, 'redis-server')));
  if (onPath) return { command: 'redis-server', env: process.env };
  const command = join(CACHE, 'usr', 'bin', 'redis-server');
  if (!existsSync(command)) {
    throw new Error('there is no redis-server: run "node infra/setup/setup.mjs redis", or install it');
  }
  const libraries = ['x86_64-linux-gnu', 'aarch64-linux-gnu'].flatMap((machine) => [
    join(CACHE, 'usr', 'lib', machine),
    join(CACHE, 'lib', machine),
  ]);
  return { command, env: { ...process.env, LD_LIBRARY_PATH: libraries.join(':') } };
}

function end(server: ChildProcess): Promise<void> {
  return new Promise((resolve) => {
    if (server.pid === undefined || server.exitCode !== null || server.signalCode !== null) {
      resolve();
      return;
    }
    server.once('exit', () => resolve());
    server.kill('SIGKILL');
  });
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address();
      const port = address !== null && typeof address === 'object' ? address.port : 0;
      probe.close(() => resolve(port));
    });
  });
}
