// Pages of keys, one asked ahead -> listed objects. Keys arrive URL-encoded where the server can (newlines and control characters do not
// survive XML). Objects in GLACIER and DEEP_ARCHIVE are archived unless a restored copy stands.

import { AppError, TransientError, type ListedObject } from '@coldhunt/core';
import { backOff, type RetryBudget } from './back-off.ts';
import type { S3Connection } from './connect-s3.ts';
import type { S3Failure } from './get-object.ts';
import { ListingError, type FoundKey, type KeyPage } from './list-page.ts';
import { toReadError } from './read-range.ts';
import { toStorageFailure, type FailedAt } from './s3-errors.ts';
import { toS3Uri } from '../archive-uri.ts';

/** Storage classes whose objects answer no GET before they are restored. */
const ARCHIVE_CLASSES = new Set(['GLACIER', 'DEEP_ARCHIVE']);
/** HEADs at a time, on servers that do not tell restored copies in the listing. */
const HEADS = 16;
/** Listed objects that are made at a time: those of a whole page outlive the young heap, and the old one grows with them (bench/plan-archive.ts). */
const AT_ONCE = 100;

export interface S3Listing {
  readonly connection: S3Connection;
  readonly prefix: string;
  /** How many bytes of text of the key belong to the archive's root. */
  readonly rootLength: number;
  readonly requesterPays: boolean;
  readonly at: FailedAt;
  readonly budget: RetryBudget;
  /** Only keys behind this one, spelt in full. */
  readonly after?: string | undefined;
  /** Of a page; default: the server's, 1000. */
  readonly maxKeys?: number | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** Lists an archive in the store's order, each page in some parts. */
export async function* listArchive(listing: S3Listing): AsyncGenerator<ListedObject[]> {
  for await (const { keys, isRestoreTold } of listPages(listing)) {
    for (let from = 0; from < keys.length; from += AT_ONCE) {
      const found = keys.slice(from, from + AT_ONCE);
      const page = found.map((each) => toListed(each, listing));
      if (!isRestoreTold) await lookUpRestored(page, found, listing);
      yield page;
    }
  }
}

interface ToldPage {
  readonly keys: readonly FoundKey[];
  readonly isRestoreTold: boolean;
}

/** Lists keys as they are spelt, page after page. */
export async function* listPages(listing: S3Listing): AsyncGenerator<ToldPage> {
  const lister = createLister(listing);
  let next: Promise<KeyPage> | null = lister.ask(null);
  // Tokens that come again are found by comparing with one that is renewed ever more seldom (Brent's way): memory for one.
  let [landmark, pages, renewAt] = ['', 0, 1];
  while (next !== null) {
    const page: KeyPage = await next;
    listing.signal?.throwIfAborted();
    const token = page.isTruncated ? page.nextToken : null;
    if (page.isTruncated && (token === null || token === landmark))
      throw notAListing(listing, 'it does not go on after its first pages');
    pages += 1;
    if (pages === renewAt) [landmark, renewAt] = [token ?? '', renewAt * 2];
    next = token === null ? null : lister.ask(token);
    // Nobody may wait for it any more when the reader stops here.
    next?.catch(() => undefined);
    const stray = page.keys.find(({ key }) => !key.startsWith(listing.prefix));
    if (stray !== undefined)
      throw notAListing(listing, `it holds ${JSON.stringify(stray.key.slice(0, 200))}, which was not asked for`);
    yield { keys: page.keys, isRestoreTold: lister.isRestoreTold() };
  }
}

interface Lister {
  ask(token: string | null): Promise<KeyPage>;
  isRestoreTold(): boolean;
}

function createLister(listing: S3Listing): Lister {
  const { connection, prefix, signal, at, budget } = listing;
  let isRestoreTold = true;
  const askOnce = async (token: string | null): Promise<KeyPage> => {
    const asksRestore = isRestoreTold;
    const answer = await connection.listPage({
      prefix,
      token,
      after: listing.after ?? null,
      maxKeys: listing.maxKeys ?? null,
      asksRestore,
      signal,
    });
    if (answer.kind === 'page') return answer.page;
    if (!asksRestore || !isUnknownHeader(answer.failure)) throw toStorageFailure(answer.failure, at);
    // The server may not know the attribute: without it, each archived object is asked by itself.
    isRestoreTold = false;
    return askOnce(token);
  };
  const ask = async (token: string | null): Promise<KeyPage> => {
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await askOnce(token);
      } catch (error) {
        const failed = error instanceof ListingError ? toListingFailure(listing, error) : toReadError(error, listing);
        if (!(failed instanceof TransientError) || attempt > budget.retries) throw failed;
        await backOff(budget, attempt, signal);
      }
    }
  };
  return { ask, isRestoreTold: () => isRestoreTold };
}

function isUnknownHeader({ status, code }: S3Failure): boolean {
  return status === 400 || status === 501 || code === 'NotImplemented';
}

function toListed(found: FoundKey, listing: S3Listing): ListedObject {
  const { key, size, etag, lastModifiedMs, storageClass } = found;
  return {
    uri: toS3Uri(listing.connection.bucket, key),
    // The marker of the root itself has no name below it.
    key: key.slice(listing.rootLength) || '/',
    size,
    etag,
    lastModifiedMs,
    storageClass,
    isArchived: ARCHIVE_CLASSES.has(storageClass) && !found.isRestored,
  };
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

function toListingFailure(listing: S3Listing, error: ListingError): AppError {
  if (!error.isCutShort) return notAListing(listing, error.message);
  const { action, uri } = listing.at;
  return new TransientError('STORAGE_UNAVAILABLE', `cannot ${action} ${uri}: the server's listing ends early`, {
    details: { uri, problem: error.message },
  });
}

function notAListing({ at }: S3Listing, problem: string): AppError {
  const hint = 'check that the endpoint is one of S3, and proxies on the way';
  return new AppError(
    'STORAGE_FAILED',
    `cannot ${at.action} ${at.uri}: the server's listing is unusable: ${problem}; ${hint}`,
    {
      details: { uri: at.uri, problem },
    },
  );
}
