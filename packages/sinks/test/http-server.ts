// A real HTTP server that does as it is told, one behaviour a request, and remembers what it was sent.

import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface Received {
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** Answers a request, or does not. */
export type Behaviour = (response: ServerResponse, received: Received) => void;

export interface TestServer {
  readonly url: string;
  readonly received: readonly Received[];
  /** What the next requests meet; after the last the server answers 200. */
  next(...behaviours: Behaviour[]): void;
  stop(): Promise<void>;
}

export const status =
  (code: number, headers: Readonly<Record<string, string>> = {}, text = ''): Behaviour =>
  (response) =>
    response.writeHead(code, headers).end(text);
export const json =
  (value: unknown, code = 200): Behaviour =>
  (response) =>
    response.writeHead(code, { 'content-type': 'application/json' }).end(JSON.stringify(value));
/** Closes the connection without a word. */
export const reset: Behaviour = (response) => void response.socket?.destroy();
/** Says that more will come than does. */
export const cutShort: Behaviour = (response) => {
  response.writeHead(200, { 'content-length': '1000' });
  response.write('x');
  response.socket?.end();
};
/** Takes the request and never answers. */
export const silence: Behaviour = () => {};

export async function startServer(): Promise<TestServer> {
  const received: Received[] = [];
  let queue: Behaviour[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const one = { path: request.url ?? '', headers: request.headers, body: Buffer.concat(chunks).toString('utf8') };
      received.push(one);
      (queue.shift() ?? status(200))(response, one);
    });
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    received,
    next: (...behaviours) => {
      queue = behaviours;
    },
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
