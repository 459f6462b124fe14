// GETs signed with the SDK's own signer and sent over a pool of connections: 8 times as many small objects a second as the SDK's
// client. undici decodes no Content-Encoding: what arrives are the bytes as stored.

import { createHash, createHmac, type Hash, type Hmac } from 'node:crypto';
import { SignatureV4 } from '@smithy/signature-v4';
import { Pool, type Dispatcher } from 'undici';
import { bareEtag, type GetAnswer, type GetObject, type GetRequest, type S3Failure } from './get-object.ts';
import { cleanMessage, regionIn } from './s3-errors.ts';
import type { S3Credentials } from '../archive-options.ts';

const EMPTY_SHA256 = 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855';
const LONGEST_REFUSAL_BYTES = 64 * 1024;
const READ_AHEAD_BYTES = 256 * 1024;
const EXPIRED = new Set(['ExpiredToken', 'ExpiredTokenException', 'InvalidToken']);

export interface SignedGetOptions {
  /** Scheme, host and the path before the key, as the SDK resolves them for this bucket. */
  readonly target: S3Target;
  readonly credentials: (options?: { forceRefresh?: boolean }) => Promise<S3Credentials>;
  readonly requesterPays: boolean;
  readonly maxConnections: number;
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

export interface SignedGet {
  readonly getObject: GetObject;
  close(): Promise<void>;
}

export function createSignedGet(options: SignedGetOptions): SignedGet {
  const { target } = options;
  const host = target.port === undefined ? target.hostname : `${target.hostname}:${target.port}`;
  const pool = new Pool(`${target.protocol}//${host}`, {
    connections: options.maxConnections,
    pipelining: 1,
    headersTimeout: 60_000,
    bodyTimeout: 60_000,
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
  const send = async (request: GetRequest): Promise<GetAnswer> => {
    const path = target.basePath + encodeKey(request.key);
    const signed = await signer.sign({
      method: 'GET',
      protocol: target.protocol,
      hostname: target.hostname,
      ...(target.port === undefined ? {} : { port: target.port }),
      path,
      query: {},
      headers: headersOf(request, host, options.requesterPays),
    });
    const answer = await pool.request({
      method: 'GET',
      path,
      // Not signed: proxies on the way may change it.
      headers: { ...signed.headers, 'accept-encoding': 'identity' },
      highWaterMark: READ_AHEAD_BYTES,
      signal: request.signal ?? null,
    });
    return toAnswer(answer);
  };
  const getObject: GetObject = async (request) => {
    const answer = await send(request);
    if (answer.failure === null || !EXPIRED.has(answer.failure.code)) return answer;
    // The chain caches: a session that ended early is asked for anew, once.
    await options.credentials({ forceRefresh: true });
    return send(request);
  };
  return { getObject, close: () => pool.destroy() };
}

function headersOf(request: GetRequest, host: string, requesterPays: boolean): Record<string, string> {
  const headers: Record<string, string> = { host, 'x-amz-content-sha256': EMPTY_SHA256 };
  if (request.range !== null) headers['range'] = `bytes=${request.range.from}-${request.range.to - 1}`;
  if (request.etag !== null) headers['if-match'] = `"${request.etag}"`;
  if (requesterPays) headers['x-amz-request-payer'] = 'requester';
  return headers;
}

/** As S3 signs it: everything but unreserved characters and slashes. */
function encodeKey(key: string): string {
  return encodeURIComponent(key)
    .replaceAll('%2F', '/')
    .replaceAll(/[!'()*]/g, (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`);
}

async function toAnswer(answer: Dispatcher.ResponseData): Promise<GetAnswer> {
  const header = (name: string): string | null => {
    const value = answer.headers[name];
    return typeof value === 'string' ? value : null;
  };
  const isGood = answer.statusCode === 200 || answer.statusCode === 206;
  const etag = header('etag');
  const length = header('content-length');
  const date = Date.parse(header('date') ?? '');
  return {
    status: answer.statusCode,
    etag: etag === null ? null : bareEtag(etag),
    versionId: header('x-amz-version-id'),
    contentLength: length === null ? null : Number(length),
    dateMs: Number.isNaN(date) ? null : date,
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

type SourceData = string | ArrayBuffer | ArrayBufferView;

/** node:crypto in the shape that the signer wants. */
class NodeSha256 {
  readonly #secret: SourceData | undefined;
  #hash: Hash | Hmac;

  constructor(secret?: SourceData) {
    this.#secret = secret;
    this.#hash = begin(secret);
  }

  update(data: SourceData): void {
    this.#hash.update(toBytes(data));
  }

  async digest(): Promise<Uint8Array> {
    return this.#hash.digest();
  }

  reset(): void {
    this.#hash = begin(this.#secret);
  }
}

function begin(secret: SourceData | undefined): Hash | Hmac {
  return secret === undefined ? createHash('sha256') : createHmac('sha256', toBytes(secret));
}

function toBytes(data: SourceData): Uint8Array {
  if (typeof data === 'string') return Buffer.from(data);
  return ArrayBuffer.isView(data)
    ? new Uint8Array(data.buffer, data.byteOffset, data.byteLength)
    : new Uint8Array(data);
}
