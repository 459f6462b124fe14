import type { FastifyInstance, LightMyRequestResponse } from 'fastify';
import { afterEach, describe, expect, it } from 'vitest';
import { buildWorkspace, type BuiltState } from '../test/build-workspace.ts';
import { createServer } from './create-server.ts';
import type { HuntActions } from './hunt-actions.ts';
import { METRIC_NAMES } from './metrics-text.ts';
import { createQueueView } from './queue-view.ts';
import { Workspace, idOf } from './workspace/workspace.ts';

const TOKEN = 'a-token-that-is-long-enough';
const HOSTILE = 'team/<img src=x onerror=alert(1)>\u202e"\'';
const LOCAL = { host: '127.0.0.1:4127' };

interface Built {
  readonly server: FastifyInstance;
  readonly acted: string[];
  readonly logged: string[];
  readonly workspace: Workspace;
  reads(): number;
}

const open: { close(): Promise<unknown> }[] = [];

afterEach(async () => {
  for (const each of open.splice(0)) await each.close();
});

async function serve(
  hunts: Readonly<Record<string, BuiltState>>,
  options: { readonly token?: string; readonly redis?: string; readonly isReadOnly?: boolean } = {},
): Promise<Built> {
  const { store, reads } = await buildWorkspace(hunts);
  const [acted, logged]: [string[], string[]] = [[], []];
  const log = (fields: object, message: string): void => void logged.push(JSON.stringify([fields, message]));
  const actions: HuntActions = {
    cancel: async (path) => `cancelled ${acted.push(`cancel ${path}`)}`,
    resume: async (path, retry) => `resumed ${acted.push(`resume ${path} ${retry.failed}`)}`,
    close: async () => undefined,
  };
  const workspace = new Workspace({ store });
  const queue = options.redis === undefined ? null : createQueueView({ url: options.redis, prefix: 'coldhunt' });
  const server = createServer({
    workspace,
    queue,
    actions: options.isReadOnly === true ? null : actions,
    token: options.token ?? null,
    log: { info: log, warn: log, error: log } as never,
  });
  open.push(server, ...(queue === null ? [] : [queue]));
  return { server, acted, logged, workspace, reads };
}

function formTokenIn(page: string): string {
  return /name="form" value="([0-9a-f]+)"/.exec(page)?.[1] ?? '';
}

describe('the pages', () => {
  it('tell of each hunt how it is', async () => {
    const { server } = await serve({ a: 'planning', b: 'scanning', c: 'failing', d: 'cancelled', e: 'done' });
    const { body } = await server.inject({ url: '/', headers: LOCAL });
    const rows = [...body.matchAll(/<a href="\/hunts\/[0-9a-f]+">(\w)<\/a>.*?class="badge \w+">(\w+)</gs)];
    expect(Object.fromEntries(rows.map(([, name, state]) => [name, state]))).toEqual({
      a: 'planning',
      b: 'scanning',
      c: 'scanning',
      d: 'cancelled',
      e: 'done',
    });
    expect(body).toContain('1 of 3 shards');
    const stopped = await server.inject({ url: '/?state=stopped', headers: LOCAL });
    expect(stopped.body.match(/href="\/hunts\//g)).toHaveLength(1);
  });

  it('show shards, errors by code and what was asked', async () => {
    const { server } = await serve({ c: 'failing' });
    const { body } = await server.inject({ url: `/hunts/${idOf('c')}`, headers: LOCAL });
    expect(body).toMatch(/aria-label="shards in the order of the plan: 1 failed, 1 done, 1 waiting"/);
    expect(body).toMatch(/SHARD_GAVE_UP<\/th>\s*<td class="number">1</);
    expect(body).toContain('it ends &lt;i&gt;badly&lt;/i&gt;');
    expect(body).toContain('A &lt;b&gt;rule&lt;/b&gt;');
    expect(body).toContain('ticket of c');
  });

  it('show hostile names as they are spelled, and run none of them', async () => {
    const { server } = await serve({ [HOSTILE]: 'done' });
    for (const url of ['/', `/hunts/${idOf(HOSTILE)}`]) {
      const { body } = await server.inject({ url, headers: LOCAL });
      expect(body).toContain('team/&lt;img src=x onerror=alert(1)&gt;\\u{202e}&quot;&#39;');
      expect(body).not.toContain('<img');
      expect(body).not.toContain('\u202e');
    }
  });

  it('may take style, script and news from here alone', async () => {
    const { server } = await serve({});
    const { headers, body } = await server.inject({ url: '/', headers: LOCAL });
    expect(headers['content-security-policy']).toMatch(/^default-src 'none'.*frame-ancestors 'none'$/);
    expect(headers['x-content-type-options']).toBe('nosniff');
    expect(body).not.toMatch(/<script>|style="|\son\w+="|https?:/);
    for (const url of ['/style.css', '/live.js']) {
      const asset = await server.inject({ url, headers: LOCAL });
      expect(asset.statusCode).toBe(200);
      const again = await server.inject({ url, headers: { ...LOCAL, 'if-none-match': String(asset.headers['etag']) } });
      expect(again.statusCode).toBe(304);
    }
  });

  it('open the report of a finished hunt in an origin of its own', async () => {
    const { server } = await serve({ e: 'done', b: 'scanning' });
    const report = await server.inject({ url: `/hunts/${idOf('e')}/report.html`, headers: LOCAL });
    expect(report.statusCode).toBe(200);
    expect(report.body).toContain('coldhunt report');
    expect(report.headers['content-security-policy']).toMatch(/^sandbox allow-scripts allow-downloads;/);
    expect(report.headers['content-security-policy']).not.toContain('allow-same-origin');
    const none = await server.inject({ url: `/hunts/${idOf('b')}/report.html`, headers: LOCAL });
    expect(none.statusCode).toBe(404);
  });

  it.each(['/hunts/0000000000000000', '/hunts/..%2f..%2fetc', '/watches/x', '/watches/x/nights/../report.html', '/x'])(
    'do not stand at %s',
    async (url) => {
      const { server } = await serve({ e: 'done' });
      expect((await server.inject({ url, headers: LOCAL })).statusCode).toBe(404);
    },
  );
});

describe('who may look', () => {
  it.each(['evil.example', 'evil.example:4127', '127.0.0.1.evil.example', 'localhosts', '[::2]:80'])(
    'is not who comes by the name %j, when no token is set',
    async (host) => {
      const { server } = await serve({ e: 'done' });
      expect((await server.inject({ url: '/', headers: { host } })).statusCode).toBe(403);
      expect((await server.inject({ url: '/metrics', headers: { host } })).statusCode).toBe(403);
    },
  );

  it.each(['localhost:4127', '127.0.0.1', '[::1]:4127'])('is who comes by the name %s', async (host) => {
    const { server } = await serve({});
    expect((await server.inject({ url: '/', headers: { host } })).statusCode).toBe(200);
  });

  it('is who knows the token, by a form and then a cookie', async () => {
    const { server } = await serve({ e: 'done' }, { token: TOKEN });
    const host = 'hunts.example';
    const stranger = await server.inject({ url: '/', headers: { host } });
    expect(stranger.statusCode).toBe(401);
    expect(stranger.body).not.toContain('/hunts/');
    const login = async (token: string): Promise<LightMyRequestResponse> =>
      server.inject({
        method: 'POST',
        url: '/login',
        headers: { host, 'content-type': 'application/x-www-form-urlencoded' },
        payload: `token=${token}`,
      });
    expect((await login('wrong')).statusCode).toBe(403);
    const welcome = await login(TOKEN);
    expect(welcome.statusCode).toBe(303);
    const cookie = String(welcome.headers['set-cookie']);
    expect(cookie).toMatch(/HttpOnly; SameSite=Strict/);
    expect(cookie).not.toContain(TOKEN);
    const inside = await server.inject({ url: '/', headers: { host, cookie: cookie.split(';')[0] ?? '' } });
    expect(inside.statusCode).toBe(200);
  });

  it('is a program that shows the token', async () => {
    const { server } = await serve({}, { token: TOKEN });
    const ask = async (authorization: string): Promise<number> =>
      (await server.inject({ url: '/metrics', headers: { authorization } })).statusCode;
    expect(await ask(`Bearer ${TOKEN}`)).toBe(200);
    expect(await ask('Bearer wrong')).toBe(403);
    expect((await server.inject({ url: '/healthz' })).statusCode).toBe(200);
  });

  it('is not told of in logs by what was asked', async () => {
    const { server, logged } = await serve({ [HOSTILE]: 'done' });
    await server.inject({ url: `/?state=${encodeURIComponent(HOSTILE)}`, headers: LOCAL });
    await server.inject({ method: 'POST', url: `/hunts/${idOf(HOSTILE)}/cancel`, headers: LOCAL });
    expect(logged.length).toBeGreaterThan(0);
    expect(logged.join('')).not.toMatch(/img|202e|state=/);
  });
});

describe('what may be done', () => {
  async function act(
    built: Built,
    { name, path = 'b', form, headers = {} }: { name: string; path?: string; form?: string; headers?: object },
  ): Promise<number> {
    const page = await built.server.inject({ url: `/hunts/${idOf(path)}`, headers: LOCAL });
    const answer = await built.server.inject({
      method: 'POST',
      url: `/hunts/${idOf(path)}/${name}`,
      headers: {
        ...LOCAL,
        origin: 'http://127.0.0.1:4127',
        'content-type': 'application/x-www-form-urlencoded',
        ...headers,
      },
      payload: `form=${form ?? formTokenIn(page.body)}`,
    });
    return answer.statusCode;
  }

  it('is cancelling and resuming, by a form of the page', async () => {
    const built = await serve({ b: 'scanning', d: 'cancelled' });
    expect(await act(built, { name: 'cancel' })).toBe(303);
    expect(await act(built, { name: 'resume', path: 'd' })).toBe(303);
    expect(built.acted).toEqual(['cancel b', 'resume d false']);
    const { body } = await built.server.inject({ url: `/hunts/${idOf('b')}`, headers: LOCAL });
    expect(body).toContain('cancelled 1');
  });

  it('is only what makes sense', async () => {
    const built = await serve({ b: 'scanning', e: 'done' });
    expect(await act(built, { name: 'retry' })).toBe(409);
    const form = formTokenIn((await built.server.inject({ url: `/hunts/${idOf('b')}`, headers: LOCAL })).body);
    expect(await act(built, { name: 'cancel', path: 'e', form })).toBe(409);
    expect(built.acted).toEqual([]);
  });

  it.each([
    ['another page', { origin: 'http://evil.example' }],
    ['a page without an origin', { origin: 'null' }],
    ['another port', { origin: 'http://127.0.0.1:8080' }],
    ['no browser', { origin: '' }],
    ['what the browser calls another site', { 'sec-fetch-site': 'cross-site' }],
  ])('is not what %s sends', async (_who, headers) => {
    const built = await serve({ b: 'scanning' });
    expect(await act(built, { name: 'cancel', headers })).toBe(403);
    expect(built.acted).toEqual([]);
  });

  it('is not what lacks the token of the form, or holds too much', async () => {
    const built = await serve({ b: 'scanning' });
    expect(await act(built, { name: 'cancel', form: 'f'.repeat(64) })).toBe(403);
    expect(await act(built, { name: 'cancel', form: 'f'.repeat(5000) })).toBe(413);
    expect(await act(built, { name: 'cancel', headers: { 'content-type': 'text/plain' } })).toBe(403);
    expect(built.acted).toEqual([]);
  });

  it('is nothing where actions are not allowed', async () => {
    const built = await serve({ b: 'scanning' }, { isReadOnly: true });
    const { body } = await built.server.inject({ url: `/hunts/${idOf('b')}`, headers: LOCAL });
    expect(body).not.toContain('<form');
    expect(await act(built, { name: 'cancel' })).toBe(403);
  });
});

describe('what programs ask', () => {
  it('gives metrics of what was seen', async () => {
    const { server } = await serve({ b: 'scanning', c: 'failing', e: 'done' });
    const { body } = await server.inject({ url: '/metrics', headers: LOCAL });
    expect(body).toContain('coldhunt_hunts{state="scanning"} 2');
    expect(body).toContain('coldhunt_hunts{state="done"} 1');
    expect(body).toContain('coldhunt_shards{state="failed"} 1');
    expect(body).toContain('coldhunt_shards{state="waiting"} 3');
    expect(body).toContain('coldhunt_alerts 3');
    expect(body).not.toContain('coldhunt_redis_up');
    for (const [, name] of body.matchAll(/^# TYPE (\w+)/gm)) expect(METRIC_NAMES).toContain(name);
  });

  it('is ready as long as workspace and Redis answer, and shows hunts also without Redis', async () => {
    const { server } = await serve({ b: 'scanning' }, { redis: 'redis://127.0.0.1:1' });
    const ready = await server.inject({ url: '/readyz' });
    expect([ready.statusCode, ready.json()]).toEqual([503, { ready: false, away: ['redis'] }]);
    const { body, statusCode } = await server.inject({ url: '/', headers: LOCAL });
    expect(statusCode).toBe(200);
    expect(body).toMatch(/Redis does not answer: .*127\.0\.0\.1:1/);
    expect(body).toContain('1 of 3 shards');
    const metrics = await server.inject({ url: '/metrics', headers: LOCAL });
    expect(metrics.body).toContain('coldhunt_redis_up 0');
    expect((await server.inject({ url: '/healthz' })).statusCode).toBe(200);
  });
});
