// The dashboard's routes. Every request passes the guard but those that ask whether the process lives; what is logged of it is its route,
// never its address: names of folders and tokens are nobody else's business.

import { readFileSync } from 'node:fs';
import { Readable } from 'node:stream';
import { fastify, type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';
import { AppError, toAppError, type RunStore } from '@coldhunt/core';
import { pageStyle } from '@coldhunt/page';
import type { Logger } from '@coldhunt/runtime';
import { folderStore, nightFolder } from '@coldhunt/watch';
import { createGuard } from './guard.ts';
import type { HuntActions } from './hunt-actions.ts';
import { LiveStreams } from './live-stream.ts';
import { metricsText } from './metrics-text.ts';
import { PageMaker } from './page-maker.ts';
import { actionsFor, type ActionName } from './pages/action-forms.ts';
import { framed, loginPage, messagePage, type Page } from './pages/frame.ts';
import type { QueueView } from './queue-view.ts';
import { PAGE_HEADERS, REPORT_HEADERS, etagOf } from './security-headers.ts';
import { idOf, type Workspace } from './workspace/workspace.ts';

export interface ServerOptions {
  readonly workspace: Workspace;
  /** null: no Redis is named. */
  readonly queue: QueueView | null;
  /** null: it is for reading alone. */
  readonly actions: HuntActions | null;
  /** null: only this machine's visitors, who need none. */
  readonly token: string | null;
  readonly log: Pick<Logger, 'info' | 'warn' | 'error'>;
  readonly now?: () => number;
  /** How often open pages are compared with what is. Milliseconds. */
  readonly liveEveryMs?: number;
}

const BODY_LIMIT = 4096;
const OPEN_TO_ALL = new Set(['/healthz', '/readyz', '/login', '/style.css']);
const ACTIONS: readonly ActionName[] = ['cancel', 'resume', 'retry'];

export function createServer(options: ServerOptions): FastifyInstance {
  const { workspace, actions, token, log } = options;
  const guard = createGuard(token);
  const pages = new PageMaker({ ...options, formToken: actions === null ? null : guard.formToken });
  const style = pageStyle() + readBeside('browser/dashboard.css');
  const script = readBeside('browser/live.js');
  const server = fastify({ logger: false, bodyLimit: BODY_LIMIT, forceCloseConnections: true });
  const streams = new LiveStreams({
    fingerprint: async (at) => {
      const page = await pages.make(at);
      return page === null ? null : etagOf(page.main.text);
    },
    ...(options.liveEveryMs === undefined ? {} : { everyMs: options.liveEveryMs }),
  });
  const acting = new Set<string>();

  const send = (reply: FastifyReply, page: Page): FastifyReply =>
    reply
      .code(page.status ?? 200)
      .type('text/html; charset=utf-8')
      .send(framed(page, workspace.store.uri));

  server.addContentTypeParser('application/x-www-form-urlencoded', { parseAs: 'string' }, (_request, body, done) =>
    done(null, new URLSearchParams(String(body))),
  );
  server.addHook('onRequest', async (request, reply) => {
    reply.headers(PAGE_HEADERS);
    if (OPEN_TO_ALL.has(request.routeOptions.url ?? '')) return undefined;
    const admitted = guard.admit(request.headers);
    if (admitted === 'in') return undefined;
    if (admitted === 'login') return send(reply, loginPage(false));
    const why = guard.asksToken
      ? 'This is not the token.'
      : 'Ask for it by the address of this machine: another name leads here, which is refused because no token is set.';
    return send(reply, messagePage('Refused', why, 403));
  });
  server.addHook('onResponse', async (request, reply) => {
    const fields = {
      method: request.method,
      route: request.routeOptions.url ?? 'none',
      status: reply.statusCode,
      ms: Math.round(reply.elapsedTime),
    };
    if (reply.statusCode >= 500) log.warn(fields, 'answered');
    else if (request.method !== 'GET') log.info(fields, 'answered');
  });
  server.addHook('onClose', () => streams.close());
  server.setNotFoundHandler((_request, reply) => send(reply, messagePage('Not here', 'No page stands here.', 404)));
  server.setErrorHandler((thrown, _request, reply) => {
    const status = (thrown as { statusCode?: number }).statusCode ?? 500;
    if (status < 500) return send(reply, messagePage('Not understood', 'This request is not understood.', status));
    const { message, code } = toAppError(thrown);
    log.error({ code }, 'a page could not be made');
    return send(reply, messagePage('Something is away', `${message} (${code})`, 503));
  });

  server.get('/healthz', () => ({ ok: true }));
  server.get('/readyz', async (_request, reply) => {
    const seen = await pages.see();
    const away = [
      ...(seen.sight.problem === null ? [] : ['workspace']),
      ...(seen.queue?.state === 'down' ? ['redis'] : []),
    ];
    return reply.code(away.length === 0 ? 200 : 503).send({ ready: away.length === 0, away });
  });
  server.get('/metrics', async (_request, reply) =>
    reply.type('text/plain; version=0.0.4; charset=utf-8').send(await metricsText(await pages.see())),
  );
  server.get('/style.css', (request, reply) => sendAsset(request, reply, { body: style, type: 'text/css' }));
  server.get('/live.js', (request, reply) => sendAsset(request, reply, { body: script, type: 'text/javascript' }));
  server.post('/login', async (request, reply) => {
    const given = request.body instanceof URLSearchParams ? (request.body.get('token') ?? '') : '';
    const cookie = guard.login(given);
    if (cookie === null) return send(reply, loginPage(true));
    return reply.header('set-cookie', cookie).redirect('/', 303);
  });
  server.get('/login', (_request, reply) => reply.redirect('/', 303));

  for (const route of ['/', '/watches', '/queue', '/hunts/:id', '/watches/:id']) {
    server.get(route, async (request, reply) => {
      const page = await pages.make(urlOf(request.url));
      return send(reply, page ?? messagePage('Not here', 'There is no such hunt or watch (any more).', 404));
    });
  }
  server.get('/live', async (request, reply) => {
    const at = urlOf(urlOf(request.url).searchParams.get('at') ?? '/');
    reply.hijack();
    const headers = { ...PAGE_HEADERS, 'content-type': 'text/event-stream', 'x-accel-buffering': 'no' };
    reply.raw.writeHead(200, headers);
    if (!streams.take(reply.raw, at)) reply.raw.end();
  });

  server.get('/hunts/:id/report.html', async (request, reply) => {
    const view = await pages.findHunt(idParameter(request));
    const store = view === null ? null : workspace.open(view.path);
    return sendReport(reply, store);
  });
  server.get('/watches/:id/nights/:night/report.html', async (request, reply) => {
    const { night } = request.params as { night: string };
    const { sight } = await pages.see();
    const view = sight.watches.find(({ path }) => idOf(path) === idParameter(request));
    const store = view === undefined || !/^\d{1,9}$/.test(night) ? null : workspace.open(view.path);
    return sendReport(reply, store === null ? null : folderStore(store, nightFolder(Number(night))));
  });
  const sendReport = async (reply: FastifyReply, store: RunStore | null): Promise<FastifyReply> => {
    const chunks = store?.stream('report.html')[Symbol.asyncIterator]();
    const first = await chunks?.next().catch((error: unknown) => {
      if (error instanceof AppError && error.code === 'RUN_INVALID') return undefined;
      throw error;
    });
    if (chunks === undefined || first === undefined) {
      return send(reply, messagePage('No report', 'There is no report: it is written when a hunt is finished.', 404));
    }
    return reply
      .headers(REPORT_HEADERS)
      .type('text/html; charset=utf-8')
      .send(Readable.from(joined(first, chunks)));
  };

  for (const name of ACTIONS) {
    server.post(`/hunts/:id/${name}`, async (request, reply) => {
      const form = request.body instanceof URLSearchParams ? (request.body.get('form') ?? '') : '';
      if (actions === null)
        return send(
          reply,
          messagePage('Refused', 'This dashboard is for reading alone: start it with --allow-actions.', 403),
        );
      if (!guard.isOwnForm(request.headers, form))
        return send(
          reply,
          messagePage(
            'Refused',
            'This was not sent by a page of this dashboard, or by one of an earlier start: load the page again.',
            403,
          ),
        );
      const view = await pages.findHunt(idParameter(request));
      if (view === null) return send(reply, messagePage('Not here', 'There is no such hunt (any more).', 404));
      if (!actionsFor(view).includes(name) || acting.has(view.path))
        return send(
          reply,
          messagePage('Not now', `The hunt is ${view.state}: it cannot be done now, or is being done.`, 409),
        );
      acting.add(view.path);
      try {
        const said = await (name === 'cancel'
          ? actions.cancel(view.path)
          : actions.resume(view.path, { failed: name === 'retry', archived: false }));
        pages.note(view.path, said);
        log.info({ action: name, runId: view.run?.run_id.slice(0, 8) }, 'acted');
      } catch (error) {
        const { message, code } = toAppError(error);
        log.warn({ action: name, runId: view.run?.run_id.slice(0, 8), code }, 'could not act');
        pages.note(view.path, `It could not be done: ${message} (${code})`);
      } finally {
        acting.delete(view.path);
      }
      return reply.redirect(`/hunts/${idParameter(request)}`, 303);
    });
  }
  return server;
}

function readBeside(path: string): string {
  return readFileSync(new URL(path, import.meta.url), 'utf8');
}

/** Only path and query count. */
function urlOf(text: string): URL {
  const base = 'http://dashboard';
  return URL.canParse(text, base) ? new URL(text, base) : new URL(base);
}

function idParameter(request: FastifyRequest): string {
  return (request.params as { id: string }).id;
}

function sendAsset(
  request: FastifyRequest,
  reply: FastifyReply,
  { body, type }: { readonly body: string; readonly type: string },
): FastifyReply {
  const etag = etagOf(body);
  reply.header('etag', etag).header('cache-control', 'no-cache');
  if (request.headers['if-none-match'] === etag) return reply.code(304).send();
  return reply.type(`${type}; charset=utf-8`).send(body);
}

async function* joined(first: IteratorResult<Uint8Array>, rest: AsyncIterator<Uint8Array>): AsyncGenerator<Uint8Array> {
  for (let next = first; next.done !== true; next = await rest.next()) yield next.value;
}
