// GET requests signed with the SDK's own signer and sent over a pool of connections: 8 times as many small objects a second as the SDK's
// client. undici decodes no Content-Encoding: what arrives are the bytes as stored.

import { SignatureV4 } from '@smithy/signature-v4';
import { Pool, type Dispatcher } from 'undici';
import type { S3Failure } from './get-object.ts';
import { NodeSha256 } from './node-sha256.ts';
import { cleanMessage, regionIn } from './s3-errors.ts';
import type { S3Credentials } from '../archive-options.ts';

const EMPTY_SHA256 = 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855';
const LONGEST_REFUSAL_BYTES = 64 * 1024;
const READ_AHEAD_BYTES = 256 * 1024;
const EXPIRED = new Set(['ExpiredToken', 'ExpiredTokenException', 'InvalidToken']);

export interface SignedSenderOptions {
  /** Scheme, host and the path before the key, as the SDK resolves them for this bucket. */
  readonly target: S3Target;
  readonly credentials: (options?: { forceRefresh?: boolean }) => Promise<S3Credentials>;
  readonly requesterPays: boolean;
  readonly maxConnections: number;
  /** How long nothing may come of an answer. */
  readonly idleMs: number;
}

export interface S3Target {
  readonly protocol: string;
  readonly hostname: string;
  readonly port: number | undefined;
  /** Begins and ends with a slash. */
  readonly basePath: string;
  readonly signingRegion: string;
  readonly signingName: string;
}

interface SignedRequest {
  /** Of the object; empty: the bucket. */
  readonly key: string;
  readonly query: Readonly<Record<string, string>>;
  /** Beside those that every request carries. */
  readonly headers: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal | undefined;
}

/** `failure` stands for every status but 200 and 206, and then `body` is empty. */
interface SignedAnswer {
  readonly status: number;
  header(name: string): string | null;
  readonly body: AsyncIterable<Uint8Array>;
  readonly failure: S3Failure | null;
}

export interface SignedSender {
  /** Rejects when no answer came. */
  send(request: SignedRequest): Promise<SignedAnswer>;
  close(): Promise<void>;
}

export function createSignedSender(options: SignedSenderOptions): SignedSender {
  const { target } = options;
  const host = target.port === undefined ? target.hostname : `${target.hostname}:${target.port}`;
  const pool = new Pool(`${target.protocol}//${host}`, {
    connections: options.maxConnections,
    pipelining: 1,
    headersTimeout: options.idleMs,
    bodyTimeout: options.idleMs,
    connect: { timeout: 10_000 },
  });
  const signer = new SignatureV4({
    credentials: () => options.credentials(),
    region: target.signingRegion,
    service: target.signingName,
    sha256: NodeSha256,
    uriEscapePath: false,
    applyChecksum: true,
  });
  const payer: Record<string, string> = options.requesterPays ? { 'x-amz-request-payer': 'requester' } : {};
  // What the server's clock is ahead of ours: 0 until it refuses our time.
  let aheadMs = 0;
  const sendOnce = async ({ key, query, headers, signal }: SignedRequest): Promise<SignedAnswer> => {
    const path = toPath(target.basePath, key);
    const signed = await signer.sign(
      {
        method: 'GET',
        protocol: target.protocol,
        hostname: target.hostname,
        ...(target.port === undefined ? {} : { port: target.port }),
        path,
        query: { ...query },
        headers: { host, 'x-amz-content-sha256': EMPTY_SHA256, ...payer, ...headers },
      },
      { signingDate: new Date(Date.now() + aheadMs) },
    );
    const answer = await pool.request({
      method: 'GET',
      path: path + toQuery(query),
      // Not signed: proxies on the way may change it.
      headers: { ...signed.headers, 'accept-encoding': 'identity' },
      highWaterMark: READ_AHEAD_BYTES,
      signal: signal ?? null,
    });
    return toAnswer(answer);
  };
  return {
    async send(request) {
      const answer = await sendOnce(request);
      const code = answer.failure?.code ?? '';
      const serverMs = Date.parse(answer.header('date') ?? '');
      if (EXPIRED.has(code)) {
        // The chain caches: a session that ended early is asked for anew, once.
        await options.credentials({ forceRefresh: true });
      } else if (code === 'RequestTimeTooSkewed' && !Number.isNaN(serverMs)) {
        // As the SDK's client does: a machine whose clock is wrong signs with the server's.
        aheadMs = serverMs - Date.now();
      } else {
        return answer;
      }
      return sendOnce(request);
    },
    close: () => pool.destroy(),
  };
}

// A bucket in the path is asked without the slash that its keys begin with.
function toPath(basePath: string, key: string): string {
  if (key === '') return basePath === '/' ? basePath : basePath.slice(0, -1);
  return basePath + encode(key).replaceAll('%2F', '/');
}

function toQuery(query: Readonly<Record<string, string>>): string {
  const pairs = Object.entries(query).map(([name, value]) => `${encode(name)}=${encode(value)}`);
  return pairs.length === 0 ? '' : `?${pairs.join('&')}`;
}

/** As S3 signs it: everything but unreserved characters. */
function encode(text: string): string {
  return encodeURIComponent(text).replaceAll(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}

async function toAnswer(answer: Dispatcher.ResponseData): Promise<SignedAnswer> {
  const header = (name: string): string | null => {
    const value = answer.headers[name];
    return typeof value === 'string' ? value : null;
  };
  const isGood = answer.statusCode === 200 || answer.statusCode === 206;
  return {
    status: answer.statusCode,
    header,
    body: isGood ? answer.body : NO_BYTES,
    failure: isGood ? null : readRefusal(answer.statusCode, header('x-amz-bucket-region'), await readText(answer)),
  };
}

// Refusals are small XML documents; a proxy's may be anything.
async function readText(answer: Dispatcher.ResponseData): Promise<string> {
  const parts: Uint8Array[] = [];
  let size = 0;
  for await (const part of answer.body) {
    if (!(part instanceof Uint8Array)) continue;
    parts.push(part);
    size += part.length;
    if (size > LONGEST_REFUSAL_BYTES) break;
  }
  return Buffer.concat(parts).toString();
}

function readRefusal(status: number, region: string | null, text: string): S3Failure {
  const element = (name: string): string => new RegExp(`<${name}>([^<]{0,2000})</${name}>`).exec(text)?.[1] ?? '';
  const message = cleanMessage(element('Message'));
  return {
    status,
    code: cleanMessage(element('Code')),
    message,
    region: region ?? (element('Region') || regionIn(message)),
    storageClass: element('StorageClass') || null,
  };
}

const NO_BYTES: AsyncIterable<Uint8Array> = {
  async *[Symbol.asyncIterator]() {
    // Nothing.
  },
};
