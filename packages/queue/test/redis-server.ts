// A real Redis for tests and the demo: its own process on a free port, with its own folder.

import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { createConnection, createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export interface RedisServer {
  readonly url: string;
  readonly port: number;
  /** Ends the server and removes its folder. */
  stop(): Promise<void>;
  /** SIGKILL, as a crash; `restart` begins again with what the disk holds. */
  kill(): Promise<void>;
  restart(): Promise<void>;
  /** Removes what the disk holds: a server that is started again is another one. Only while it is down. */
  loseDisk(): Promise<void>;
  /** FLUSHALL: everything in Redis is gone. */
  flush(): Promise<void>;
}

export interface RedisServerOptions {
  readonly password?: string;
  /** More of `redis-server`'s arguments. */
  readonly args?: readonly string[];
}

const ROOT = fileURLToPath(new URL('../../..', import.meta.url));
const UNPACKED = join(ROOT, '.cache', 'redis', 'usr');
const READY_WITHIN_MS = 10_000;

/** Throws when there is no redis-server on PATH or in .cache/redis. */
export async function startRedis(options: RedisServerOptions = {}): Promise<RedisServer> {
  const folder = await mkdtemp(join(tmpdir(), 'coldhunt-redis-'));
  const port = await freePort();
  const { password, args = [] } = options;
  const credentials = password === undefined ? '' : `:${encodeURIComponent(password)}@`;
  let child = await start();

  async function start(): Promise<ChildProcess> {
    const { file, env } = findBinary();
    const flags = [
      '--port',
      String(port),
      '--bind',
      '127.0.0.1',
      '--dir',
      folder,
      '--daemonize',
      'no',
      '--save',
      '',
      '--appendonly',
      'yes',
      '--appendfsync',
      'everysec',
      '--maxmemory-policy',
      'noeviction',
      ...(password === undefined ? [] : ['--requirepass', password]),
      ...args,
    ];
    const started = spawn(file, flags, { stdio: ['ignore', 'ignore', 'ignore'], env: { ...process.env, ...env } });
    let failure: Error | null = null;
    started.on('error', (error) => (failure = error));
    const deadline = Date.now() + READY_WITHIN_MS;
    while (!(await answers(port, password))) {
      if (failure !== null) throw failure;
      if (started.exitCode !== null) throw new Error(`redis-server ended with code ${started.exitCode}`);
      if (Date.now() > deadline) throw new Error(`redis-server did not answer within ${READY_WITHIN_MS} ms`);
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    return started;
  }

  const end = async (signal: NodeJS.Signals): Promise<void> => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    const ended = new Promise((resolve) => child.once('exit', resolve));
    child.kill(signal);
    await ended;
  };

  return {
    url: `redis://${credentials}127.0.0.1:${port}`,
    port,
    stop: async () => {
      await end('SIGTERM');
      await rm(folder, { recursive: true, force: true });
    },
    kill: () => end('SIGKILL'),
    restart: async () => {
      await end('SIGTERM');
      child = await start();
    },
    loseDisk: async () => {
      await rm(folder, { recursive: true, force: true });
      await mkdir(folder);
    },
    flush: async () => {
      const answer = await command(port, password, 'FLUSHALL');
      if (!answer.includes('+OK')) throw new Error(`FLUSHALL: ${answer}`);
    },
  };
}

function findBinary(): { readonly file: string; readonly env: Readonly<Record<string, string>> } {
  for (const folder of (process.env['PATH'] ?? '').split(delimiter)) {
    const file = join(folder, 'redis-server');
    if (existsSync(file)) return { file, env: {} };
  }
  const file = join(UNPACKED, 'bin', 'redis-server');
  if (existsSync(file)) return { file, env: { LD_LIBRARY_PATH: join(UNPACKED, 'lib', 'x86_64-linux-gnu') } };
  throw new Error('redis-server is neither on PATH nor in .cache/redis (Debian: apt-get install redis-server)');
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.on('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as AddressInfo;
      server.close(() => resolve(port));
    });
  });
}

async function answers(port: number, password: string | undefined): Promise<boolean> {
  try {
    return (await command(port, password, 'PING')).includes('+PONG');
  } catch {
    return false;
  }
}

/** One command over a plain socket: the harness needs no client. */
function command(port: number, password: string | undefined, name: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = createConnection({ port, host: '127.0.0.1', timeout: 2000 });
    const expected = password === undefined ? 1 : 2;
    let answer = '';
    socket.on('connect', () => socket.write(`${password === undefined ? '' : `AUTH ${password}\r\n`}${name}\r\n`));
    socket.on('data', (chunk) => {
      answer += chunk.toString();
      if (answer.split('\r\n').length > expected) socket.end();
    });
    socket.on('error', reject);
    socket.on('timeout', () => socket.destroy(new Error('no answer')));
    socket.on('close', () => resolve(answer));
  });
}
