import { createServer, type AddressInfo } from 'node:net';
import { connectRedis, probeRedis } from '@coldhunt/queue';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startRedis, type RedisServer } from './redis-server.ts';

const PASSWORD = 'correct horse/battery';
const WRONG = 'hunter2@secret';

let guarded: RedisServer;
let forgetful: RedisServer;

beforeAll(async () => {
  guarded = await startRedis({ password: 'right' });
  forgetful = await startRedis({ args: ['--maxmemory-policy', 'allkeys-lru', '--appendonly', 'no'] });
});

afterAll(async () => {
  await guarded.stop();
  await forgetful.stop();
});

async function failureOf(act: Promise<unknown>): Promise<{ text: string; code: unknown }> {
  try {
    await act;
  } catch (error) {
    const { message, code, stack, cause, details } = error as Record<string, unknown>;
    return { text: [message, stack, String(cause), JSON.stringify(details)].join('\n'), code };
  }
  throw new Error('it did not fail');
}

describe('connectRedis', () => {
  it('takes a password from the URL', async () => {
    const redis = await connectRedis(guarded.url);
    expect(redis.shown).toBe(`redis://127.0.0.1:${guarded.port}`);
    expect(redis.warnings).toEqual([]);
    expect(await redis.open().ping()).toBe('PONG');
    await redis.close();
  });

  it.each([
    ['a wrong password', `:${encodeURIComponent(WRONG)}@`, 'refused the user name or password'],
    ['a wrong user', `nobody:${encodeURIComponent(WRONG)}@`, 'refused the user name or password'],
    ['no password', '', 'asks for a password'],
  ])('says that it was %s, without it', async (_name, credentials, said) => {
    const { text, code } = await failureOf(connectRedis(`redis://${credentials}127.0.0.1:${guarded.port}`));
    expect(code).toBe('REDIS_UNAVAILABLE');
    expect(text).toContain(said);
    expect(text).not.toContain('hunter2');
  });

  it('fails at once where nobody listens', async () => {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    await new Promise((resolve) => server.close(resolve));
    const { text, code } = await failureOf(connectRedis(`redis://:${encodeURIComponent(PASSWORD)}@127.0.0.1:${port}`));
    expect(code).toBe('REDIS_UNAVAILABLE');
    expect(text).toContain(`redis://127.0.0.1:${port} cannot be reached`);
    expect(text).not.toContain('horse');
  });

  it('fails in time where somebody listens and never answers', async () => {
    const server = createServer(() => undefined);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    const startedAt = Date.now();
    const { code } = await failureOf(connectRedis(`redis://127.0.0.1:${port}`, { timeoutMs: 300 }));
    expect(code).toBe('REDIS_UNAVAILABLE');
    expect(Date.now() - startedAt).toBeLessThan(2000);
    server.close();
  });

  it('refuses a version that is too old', async () => {
    const server = createServer((socket) => {
      socket.on('data', (chunk) => {
        const body = 'redis_version:5.0.7\r\nmaxmemory_policy:noeviction\r\n';
        for (const command of chunk.toString().split(/(?=\*\d+\r\n)/)) {
          const isInfo = /^\*\d+\r\n\$4\r\ninfo\r\n/i.test(command);
          socket.write(isInfo ? `$${body.length}\r\n${body}\r\n` : '+OK\r\n');
        }
      });
      socket.on('error', () => undefined);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    const { text, code } = await failureOf(connectRedis(`redis://127.0.0.1:${port}`));
    expect(code).toBe('REDIS_UNSUITABLE');
    expect(text).toContain('version 5.0.7');
    server.close();
  });

  it('warns of a server that loses jobs', async () => {
    const redis = await connectRedis(forgetful.url);
    expect(redis.warnings).toHaveLength(2);
    expect(redis.warnings[0]).toContain('allkeys-lru');
    await redis.close();
  });

  it.each([
    'localhost:6379',
    'http://localhost:6379',
    'redis://',
    `redis://:${PASSWORD}%zz@host`,
    'redis://host/notanumber',
  ])('refuses the URL %s without repeating its password', async (url) => {
    const { text, code } = await failureOf(connectRedis(url));
    expect(code).toBe('OPTION_INVALID');
    expect(text).not.toContain('horse');
  });
});

describe('probeRedis', () => {
  it('finds nothing wrong with a server that keeps its jobs', async () => {
    const lines = await probeRedis(guarded.url);
    expect(lines.map(({ ok }) => ok)).toEqual([true, true, true, true]);
  });

  it('says what mends a server that loses them', async () => {
    const lines = await probeRedis(forgetful.url);
    const wrong = lines.filter(({ mend }) => mend !== null);
    expect(wrong.map(({ check }) => check)).toEqual(['redis eviction policy', 'redis persistence']);
    // Redis is disposable: without persistence work is done again, nothing is lost.
    expect(wrong.map(({ ok }) => ok)).toEqual([false, true]);
  });

  it('never shows a password', async () => {
    const lines = await probeRedis(`redis://:${encodeURIComponent(WRONG)}@127.0.0.1:${guarded.port}`);
    expect(lines).toHaveLength(1);
    expect(lines[0]).toMatchObject({ ok: false });
    expect(JSON.stringify(lines)).not.toContain('hunter2');
  });
});
