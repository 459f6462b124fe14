// Pages of ListObjectsV2, one asked ahead. Keys arrive URL-encoded where the server can (newlines and control characters do not survive
// XML), and are decoded here. Objects in GLACIER and DEEP_ARCHIVE are archived unless a restored copy stands.

import type { ListObjectsV2CommandInput, ListObjectsV2CommandOutput, _Object as S3Object } from '@aws-sdk/client-s3';
import { AppError, type ListedObject } from '@coldhunt/core';
import type { S3Connection } from './connect-s3.ts';
import { bareEtag } from './get-object.ts';
import { toS3Failure, toStorageFailure, type FailedAt } from './s3-errors.ts';
import { toS3Uri } from '../archive-uri.ts';

/** Storage classes whose objects answer no GET before they are restored. */
const ARCHIVE_CLASSES = new Set(['GLACIER', 'DEEP_ARCHIVE']);
/** HEADs at a time, on servers that do not tell restored copies in the listing. */
const HEADS = 16;

export interface S3Listing {
  readonly connection: S3Connection;
  readonly prefix: string;
  /** How many bytes of text of the key belong to the archive's root. */
  readonly rootLength: number;
  readonly requesterPays: boolean;
  readonly at: FailedAt;
  /** Of a page; default: the server's, 1000. */
  readonly maxKeys?: number | undefined;
  readonly signal?: AbortSignal | undefined;
}

interface FoundKey {
  readonly key: string;
  readonly object: S3Object;
}

/** Lists an archive: pages in the store's order. */
export async function* listArchive(listing: S3Listing): AsyncGenerator<ListedObject[]> {
  const pages = listPages(listing);
  for await (const { keys, isRestoreTold } of pages) {
    const page = keys.map((found) => toListed(found, listing));
    if (!isRestoreTold) await lookUpRestored(page, keys, listing);
    if (page.length > 0) yield page;
  }
}

interface KeyPage {
  readonly keys: readonly FoundKey[];
  readonly isRestoreTold: boolean;
}

/** Lists keys as they are spelt, page after page. */
export async function* listPages(listing: S3Listing): AsyncGenerator<KeyPage> {
  const lister = createLister(listing);
  let next: Promise<ListObjectsV2CommandOutput> | null = lister.ask(undefined);
  let lastToken: string | undefined;
  while (next !== null) {
    const page: ListObjectsV2CommandOutput = await next;
    listing.signal?.throwIfAborted();
    const token = page.IsTruncated === true ? page.NextContinuationToken : undefined;
    if (page.IsTruncated === true && (token === undefined || token === lastToken)) throw endlessListing(listing);
    lastToken = token;
    next = token === undefined ? null : lister.ask(token);
    // Nobody may wait for it any more when the reader stops here.
    next?.catch(() => undefined);
    const isEncoded = page.EncodingType === 'url';
    const keys = (page.Contents ?? []).flatMap((object) =>
      object.Key === undefined ? [] : [{ key: isEncoded ? decodeKey(object.Key) : object.Key, object }],
    );
    yield { keys, isRestoreTold: lister.isRestoreTold() };
  }
}

/** A key of a listing with EncodingType=url: `+` is a space, the rest percent-encoded. */
function decodeKey(encoded: string): string {
  const spaced = encoded.replaceAll('+', ' ');
  try {
    return decodeURIComponent(spaced);
  } catch {
    return spaced;
  }
}

interface Lister {
  ask(token: string | undefined): Promise<ListObjectsV2CommandOutput>;
  isRestoreTold(): boolean;
}

function createLister(listing: S3Listing): Lister {
  const { connection, signal } = listing;
  let isRestoreTold = true;
  const send = async (token: string | undefined): Promise<ListObjectsV2CommandOutput> => {
    const input: ListObjectsV2CommandInput = {
      Bucket: connection.bucket,
      Prefix: listing.prefix,
      EncodingType: 'url',
      ...(listing.maxKeys === undefined ? {} : { MaxKeys: listing.maxKeys }),
      ...(token === undefined ? {} : { ContinuationToken: token }),
      ...(isRestoreTold ? { OptionalObjectAttributes: ['RestoreStatus'] } : {}),
      ...(listing.requesterPays ? { RequestPayer: 'requester' } : {}),
    };
    const command = new connection.sdk.ListObjectsV2Command(input);
    return connection.client.send(command, signal === undefined ? {} : { abortSignal: signal });
  };
  const ask = async (token: string | undefined): Promise<ListObjectsV2CommandOutput> => {
    try {
      return await send(token);
    } catch (error) {
      signal?.throwIfAborted();
      const failure = toS3Failure(error);
      const isRefused = failure.status === 400 || failure.status === 501 || failure.code === 'NotImplemented';
      if (!isRefused || !isRestoreTold) throw toStorageFailure(failure, listing.at);
    }
    // The server may not know the attribute: without it, each archived object is asked by itself.
    isRestoreTold = false;
    try {
      return await send(token);
    } catch (error) {
      signal?.throwIfAborted();
      throw toStorageFailure(toS3Failure(error), listing.at);
    }
  };
  return { ask, isRestoreTold: () => isRestoreTold };
}

function toListed({ key, object }: FoundKey, listing: S3Listing): ListedObject {
  const storageClass = object.StorageClass ?? 'STANDARD';
  return {
    uri: toS3Uri(listing.connection.bucket, key),
    // The marker of the root itself has no name below it.
    key: key.slice(listing.rootLength) || '/',
    size: object.Size ?? 0,
    etag: bareEtag(object.ETag ?? ''),
    lastModifiedMs: object.LastModified?.getTime() ?? null,
    storageClass,
    isArchived: ARCHIVE_CLASSES.has(storageClass) && !isRestored(object),
  };
}

function isRestored(object: S3Object): boolean {
  const status = object.RestoreStatus;
  return status?.IsRestoreInProgress !== true && status?.RestoreExpiryDate !== undefined;
}

async function lookUpRestored(page: ListedObject[], keys: readonly FoundKey[], listing: S3Listing): Promise<void> {
  const archived = page.flatMap((object, index) => (object.isArchived ? [index] : []));
  for (let at = 0; at < archived.length; at += HEADS) {
    listing.signal?.throwIfAborted();
    await Promise.all(
      archived.slice(at, at + HEADS).map(async (index) => {
        const [object, found] = [page[index], keys[index]];
        if (object === undefined || found === undefined) return;
        if (await hasRestoredCopy(found.key, listing)) page[index] = { ...object, isArchived: false };
      }),
    );
  }
}

async function hasRestoredCopy(key: string, listing: S3Listing): Promise<boolean> {
  const { connection, signal } = listing;
  const command = new connection.sdk.HeadObjectCommand({
    Bucket: connection.bucket,
    Key: key,
    ...(listing.requesterPays ? { RequestPayer: 'requester' } : {}),
  });
  try {
    const head = await connection.client.send(command, signal === undefined ? {} : { abortSignal: signal });
    return head.Restore !== undefined && head.Restore.includes('ongoing-request="false"');
  } catch {
    // Not allowed, or gone: archived until a read tells otherwise.
    signal?.throwIfAborted();
    return false;
  }
}

function endlessListing(listing: S3Listing): AppError {
  return new AppError(
    'STORAGE_FAILED',
    `cannot ${listing.at.action} ${listing.at.uri}: the server's listing does not go on`,
    {
      details: { uri: listing.at.uri },
    },
  );
}
