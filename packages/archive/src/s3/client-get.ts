// GETs by the SDK's client: the slow twin of signed-get.ts in the contract tests, and the way for buckets whose requests the plain
// signer cannot sign (directory buckets, multi-region access points).

import type * as Sdk from '@aws-sdk/client-s3';
import type { GetObjectCommandOutput, S3Client } from '@aws-sdk/client-s3';
import { storedChecksum } from './body-checksum.ts';
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
      ...(range === null ? { ChecksumMode: 'ENABLED' as const } : { Range: `bytes=${range.from}-${range.to - 1}` }),
      ...(etag === null ? {} : { IfMatch: `"${etag}"` }),
      ...(options.requesterPays ? { RequestPayer: 'requester' as const } : {}),
    });
    try {
      const output = await options.client.send(command, signal === undefined ? {} : { abortSignal: signal });
      return toAnswer(output, range === null);
    } catch (error) {
      signal?.throwIfAborted();
      const failure = toS3Failure(error);
      if (failure.status === null) throw error;
      return { ...NOTHING, status: failure.status, failure };
    }
  };
}

function toAnswer(output: GetObjectCommandOutput, isWhole: boolean): GetAnswer {
  const { Body: body } = output;
  const told: Readonly<Record<string, string | undefined>> = {
    'x-amz-checksum-type': output.ChecksumType,
    'x-amz-checksum-crc32': output.ChecksumCRC32,
    'x-amz-checksum-crc32c': output.ChecksumCRC32C,
    'x-amz-checksum-crc64nvme': output.ChecksumCRC64NVME,
    'x-amz-checksum-sha1': output.ChecksumSHA1,
    'x-amz-checksum-sha256': output.ChecksumSHA256,
  };
  return {
    status: output.$metadata.httpStatusCode ?? 200,
    etag: output.ETag === undefined ? null : bareEtag(output.ETag),
    versionId: output.VersionId ?? null,
    contentLength: output.ContentLength ?? null,
    dateMs: null,
    checksum: isWhole ? storedChecksum((name) => told[name] ?? null) : null,
    body: body !== undefined && Symbol.asyncIterator in body ? body : NO_BYTES,
    failure: null,
  };
}

const NO_BYTES: AsyncIterable<Uint8Array> = {
  async *[Symbol.asyncIterator]() {
    // Nothing.
  },
};

const NOTHING = {
  etag: null,
  versionId: null,
  contentLength: null,
  dateMs: null,
  checksum: null,
  body: NO_BYTES,
} as const;
