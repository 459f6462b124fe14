// How an object's bytes are asked for, whoever sends the request: our signer over a pool (signed-get.ts), or the SDK's client (client-get.ts).

import type { ByteRange } from '@coldhunt/core';
import type { StoredChecksum } from './body-checksum.ts';

export interface GetRequest {
  readonly key: string;
  /** Null: the whole object. */
  readonly range: ByteRange | null;
  /** Without quotes; sent as If-Match. Null: any version. */
  readonly etag: string | null;
  readonly signal?: AbortSignal | undefined;
}

/** What the server answered. `failure` stands for every status but 200 and 206, and then `body` is empty. */
export interface GetAnswer {
  readonly status: number;
  readonly etag: string | null;
  readonly versionId: string | null;
  readonly contentLength: number | null;
  /** The server's clock (Date header), in milliseconds. */
  readonly dateMs: number | null;
  /** Of all bytes of the object, where it was asked for whole and the store tells one. */
  readonly checksum: StoredChecksum | null;
  /** The bytes as they are stored: never decoded by Content-Encoding. */
  readonly body: AsyncIterable<Uint8Array>;
  readonly failure: S3Failure | null;
}

/** A refusal of the server, without anything secret. */
export interface S3Failure {
  /** Null: no answer came (a network or credentials error). */
  readonly status: number | null;
  /** S3's code (`NoSuchKey`), the errno (`ECONNRESET`), or empty. */
  readonly code: string;
  readonly message: string;
  /** The region that the bucket is in, where the server tells. */
  readonly region: string | null;
  readonly storageClass: string | null;
}

/** Sends one GET. Rejects when no answer came. */
export type GetObject = (request: GetRequest) => Promise<GetAnswer>;

/** ETags are compared and kept without quotes. */
export function bareEtag(etag: string): string {
  const from = etag.startsWith('W/"') ? 3 : 1;
  const isQuoted = etag.length > from && etag.endsWith('"') && etag[from - 1] === '"';
  return isQuoted ? etag.slice(from, -1) : etag;
}
