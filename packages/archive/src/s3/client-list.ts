// Pages of a listing by the SDK's client: the slow twin of signed-list.ts in the tests, and the way for buckets whose requests the plain
// signer cannot sign.

import type * as Sdk from '@aws-sdk/client-s3';
import type { S3Client, _Object as S3Object } from '@aws-sdk/client-s3';
import { bareEtag } from './get-object.ts';
import { decodeKey, type FoundKey, type ListPage } from './list-page.ts';
import { toS3Failure } from './s3-errors.ts';

export interface ClientListOptions {
  readonly client: S3Client;
  readonly sdk: typeof Sdk;
  readonly bucket: string;
  readonly requesterPays: boolean;
}

export function createClientList(options: ClientListOptions): ListPage {
  return async ({ prefix, token, after, maxKeys, asksRestore, signal }) => {
    const command = new options.sdk.ListObjectsV2Command({
      Bucket: options.bucket,
      Prefix: prefix,
      EncodingType: 'url',
      ...(maxKeys === null ? {} : { MaxKeys: maxKeys }),
      ...(token === null ? {} : { ContinuationToken: token }),
      ...(token === null && after !== null ? { StartAfter: after } : {}),
      ...(asksRestore ? { OptionalObjectAttributes: ['RestoreStatus' as const] } : {}),
      ...(options.requesterPays ? { RequestPayer: 'requester' as const } : {}),
    });
    try {
      const output = await options.client.send(command, signal === undefined ? {} : { abortSignal: signal });
      const isEncoded = output.EncodingType === 'url';
      const page = {
        keys: (output.Contents ?? []).map((object) => toFoundKey(object, isEncoded)),
        isTruncated: output.IsTruncated === true,
        nextToken: output.NextContinuationToken ?? null,
      };
      return { kind: 'page', page };
    } catch (error) {
      signal?.throwIfAborted();
      const failure = toS3Failure(error);
      if (failure.status === null) throw error;
      return { kind: 'refused', failure };
    }
  };
}

function toFoundKey(object: S3Object, isEncoded: boolean): FoundKey {
  const key = object.Key ?? '';
  const restore = object.RestoreStatus;
  return {
    key: isEncoded ? decodeKey(key) : key,
    size: object.Size ?? 0,
    etag: bareEtag(object.ETag ?? ''),
    lastModifiedMs: object.LastModified?.getTime() ?? null,
    storageClass: object.StorageClass ?? 'STANDARD',
    isRestored: restore?.IsRestoreInProgress !== true && restore?.RestoreExpiryDate !== undefined,
  };
}
