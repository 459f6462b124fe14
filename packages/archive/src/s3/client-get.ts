// GETs by the SDK's client: the slow twin of signed-get.ts in the contract tests, and the way for buckets whose requests the plain
// signer cannot sign (directory buckets, multi-region access points).

import type * as Sdk from '@aws-sdk/client-s3';
import type { GetObjectCommandOutput, S3Client } from '@aws-sdk/client-s3';
import { bareEtag, type GetAnswer, type GetObject } from './get-object.ts';
import { toS3Failure } from './s3-errors.ts';

export interface ClientGetOptions {
  readonly client: S3Client;
  readonly sdk: typeof Sdk;
  readonly bucket: string;
  readonly requesterPays: boolean;
}

export function createClientGet(options: ClientGetOptions): GetObject {
  return async ({ key, range, etag, signal }) => {
    const command = new options.sdk.GetObjectCommand({
      Bucket: options.bucket,
      Key: key,
      ...(range === null ? {} : { Range: `bytes=${range.from}-${range.to - 1}` }),
      ...(etag === null ? {} : { IfMatch: `"${etag}"` }),
      ...(options.requesterPays ? { RequestPayer: 'requester' as const } : {}),
    });
    try {
      return toAnswer(await options.client.send(command, signal === undefined ? {} : { abortSignal: signal }));
    } catch (error) {
      signal?.throwIfAborted();
      const failure = toS3Failure(error);
      if (failure.status === null) throw error;
      return { ...NOTHING, status: failure.status, failure };
    }
  };
}

function toAnswer(output: GetObjectCommandOutput): GetAnswer {
  const { Body: body } = output;
  return {
    status: output.$metadata.httpStatusCode ?? 200,
    etag: output.ETag === undefined ? null : bareEtag(output.ETag),
    versionId: output.VersionId ?? null,
    contentLength: output.ContentLength ?? null,
    dateMs: null,
    body: body !== undefined && Symbol.asyncIterator in body ? body : NO_BYTES,
    failure: null,
  };
}

const NO_BYTES: AsyncIterable<Uint8Array> = {
  async *[Symbol.asyncIterator]() {
    // Nothing.
  },
};

const NOTHING = { etag: null, versionId: null, contentLength: null, dateMs: null, body: NO_BYTES } as const;
