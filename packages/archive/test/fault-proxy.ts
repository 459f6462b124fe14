// An HTTP proxy in front of an S3 server that fails as it is told: each fault waits for a request that it fits, does its harm once (or as
// often as it says), and is gone. Tests look at what was asked of it, and never wait for a clock.

import { createServer, request as httpRequest, type IncomingMessage, type ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { crc32 } from 'node:zlib';

export interface SeenRequest {
  readonly method: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  /** What was sent with a request that the proxy answered itself, as far as it came. */
  readonly body: readonly Buffer[];
}

export interface Fault {
  /** Default: every GET of an object. */
  readonly fits?: (request: SeenRequest) => boolean;
  /** Default 1. */
  readonly times?: number;
  readonly act:
    /** Answers itself: `SlowDown` is `{ kind: 'answer', status: 503, code: 'SlowDown' }`. */
    | {
        readonly kind: 'answer';
        readonly status: number;
        readonly code?: string;
        readonly headers?: Record<string, string>;
        /** Default: S3's XML of an error with this code. */
        readonly body?: string;
      }
    /** Sends so many bytes of the body, then resets the connection. */
    | { readonly kind: 'reset'; readonly afterBytes: number }
    /** Ends the body early without an error: a chunked body that is too short. */
    | { readonly kind: 'short'; readonly afterBytes: number }
    /** Changes headers of the server's answer; ends the body early where it is told to. */
    | { readonly kind: 'headers'; readonly headers: Record<string, string>; readonly shortAfter?: number }
    /** Changes a byte of the body, and says what the checksum of all of it was before, as a store does of a whole object. */
    | { readonly kind: 'flip'; readonly atByte: number }
    /** Changes headers of the request on its way to the server; null takes one away. */
    | { readonly kind: 'request-headers'; readonly headers: Record<string, string | null> }
    /** Asks the server only once this has come to pass. */
    | { readonly kind: 'wait'; readonly until: Promise<void> }
    /** Asks the server at once, and gives its answer only once this has come to pass: between a write and its acknowledgement. */
    | { readonly kind: 'hold'; readonly until: Promise<void> }
    /** Sends the body in pieces of so many bytes, with a pause between them. */
    | { readonly kind: 'drip'; readonly bytes: number; readonly everyMs: number }
    /** Sends so many bytes of the body, and then nothing; the connection stays open. */
    | { readonly kind: 'stall'; readonly afterBytes: number };
}

export interface FaultProxy {
  readonly endpoint: string;
  readonly seen: SeenRequest[];
  fail(fault: Fault): void;
  /** Forgets what was seen and what was to fail. */
  reset(): void;
  close(): Promise<void>;
}

export interface FaultProxyOptions {
  /** How long a request that is not failed takes on its way to the server. Default: not at all. */
  readonly delayMs?: (request: SeenRequest) => number;
}

export async function startFaultProxy(targetPort: number, options: FaultProxyOptions = {}): Promise<FaultProxy> {
  const seen: SeenRequest[] = [];
  let faults: { fault: Fault; left: number }[] = [];
  const take = (request: SeenRequest): Fault['act'] | null => {
    const found = faults.find(({ fault }) => (fault.fits ?? isObjectGet)(request));
    if (found === undefined) return null;
    found.left -= 1;
    faults = faults.filter(({ left }) => left > 0);
    return found.fault.act;
  };
  const server = createServer((incoming, outgoing) => {
    const body: Buffer[] = [];
    const request = { method: incoming.method ?? '', url: incoming.url ?? '', headers: incoming.headers, body };
    seen.push(request);
    const act = take(request);
    const delayMs = options.delayMs?.(request) ?? 0;
    if (act?.kind === 'answer') {
      incoming.on('data', (part: Buffer) => body.push(part));
      answer(outgoing, act);
    } else if (act?.kind === 'wait') void act.until.then(() => forward(incoming, outgoing, { targetPort, act }));
    else if (delayMs > 0) setTimeout(() => forward(incoming, outgoing, { targetPort, act }), delayMs);
    else forward(incoming, outgoing, { targetPort, act });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the proxy has no port');
  return {
    endpoint: `http://127.0.0.1:${address.port}`,
    seen,
    fail(fault) {
      faults.push({ fault, left: fault.times ?? 1 });
    },
    reset() {
      seen.length = 0;
      faults = [];
    },
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** Whether it asks for bytes of an object, all or some. */
export function isObjectGet(request: SeenRequest): boolean {
  return request.method === 'GET' && !request.url.includes('list-type=2');
}

function answer(outgoing: ServerResponse, act: Extract<Fault['act'], { kind: 'answer' }>): void {
  const code = act.code === undefined ? '' : `<Code>${act.code}</Code><Message>${act.code} was asked for</Message>`;
  const body = `<?xml version="1.0" encoding="UTF-8"?><Error>${code}</Error>`;
  outgoing.writeHead(act.status, { 'content-type': 'application/xml', ...act.headers });
  outgoing.end(act.body ?? body);
}

interface Forwarding {
  readonly targetPort: number;
  readonly act: Fault['act'] | null;
}

function forward(incoming: IncomingMessage, outgoing: ServerResponse, { targetPort, act }: Forwarding): void {
  const headers: Record<string, string | string[] | undefined> = { ...incoming.headers };
  if (act?.kind === 'request-headers') {
    for (const [name, value] of Object.entries(act.headers)) {
      if (value === null) delete headers[name];
      else headers[name] = value;
    }
  }
  const options = { host: '127.0.0.1', port: targetPort, method: incoming.method, path: incoming.url, headers };
  const upstream = httpRequest(options, (response) => {
    const answered = { ...response.headers, ...(act?.kind === 'headers' ? act.headers : {}) };
    if (act?.kind === 'short') delete answered['content-length'];
    if (act?.kind === 'flip') {
      void flipByte(response, outgoing, act.atByte);
      return;
    }
    const send = (): void => {
      outgoing.writeHead(response.statusCode ?? 502, answered);
      if (act?.kind === 'reset' || act?.kind === 'short' || act?.kind === 'stall') cutBody(response, outgoing, act);
      else if (act?.kind === 'drip') void dripBody(response, outgoing, act);
      else if (act?.kind === 'headers' && act.shortAfter !== undefined)
        cutBody(response, outgoing, { kind: 'reset', afterBytes: act.shortAfter });
      else response.pipe(outgoing);
    };
    if (act?.kind === 'hold') void act.until.then(send);
    else send();
  });
  upstream.on('error', () => outgoing.destroy());
  incoming.pipe(upstream);
}

async function flipByte(response: IncomingMessage, outgoing: ServerResponse, atByte: number): Promise<void> {
  const body = Buffer.concat((await response.toArray()) as Buffer[]);
  const checksum = Buffer.alloc(4);
  checksum.writeUInt32BE(crc32(body));
  const at = Math.min(atByte, body.length - 1);
  if (at >= 0) body[at] = (body[at] as number) ^ 1;
  outgoing.writeHead(response.statusCode ?? 502, {
    ...response.headers,
    'x-amz-checksum-crc32': checksum.toString('base64'),
  });
  outgoing.end(body);
}

function cutBody(
  response: IncomingMessage,
  outgoing: ServerResponse,
  act: { kind: 'reset' | 'short' | 'stall'; afterBytes: number },
): void {
  const parts: Buffer[] = [];
  response.on('data', (part: Buffer) => parts.push(part));
  response.on('end', () => {
    const kept = Buffer.concat(parts).subarray(0, act.afterBytes);
    if (act.kind === 'short') outgoing.end(kept);
    else if (act.kind === 'stall') outgoing.write(kept);
    else outgoing.write(kept, () => outgoing.socket?.resetAndDestroy());
  });
}

async function dripBody(
  response: IncomingMessage,
  outgoing: ServerResponse,
  { bytes, everyMs }: Extract<Fault['act'], { kind: 'drip' }>,
): Promise<void> {
  for await (const part of response as AsyncIterable<Buffer>) {
    for (let at = 0; at < part.length && !outgoing.destroyed; at += bytes) {
      outgoing.write(part.subarray(at, at + bytes));
      await sleep(everyMs);
    }
  }
  outgoing.end();
}
