// An S3 prefix as an archive. `s3://bucket/logs` means the folder `logs/` where something lies below it, else the one object `logs`,
// else all keys that begin with it (`logs-2026…`): what people mean by it, and never two of these at once.

import { TransientError, type ObjectReader, type ObjectSource, type PinnedObject } from '@coldhunt/core';
import { toRetryBudget } from './back-off.ts';
import type { S3Connection } from './connect-s3.ts';
import { lazyConnection, type LazyConnection } from './lazy.ts';
import { inChunks, readRange, toReadError, type RangeRead } from './read-range.ts';
import { toObjectFailure, type FailedAt } from './s3-errors.ts';
import { decodeBytes, toS3Uri } from '../archive-uri.ts';
import { objectOutside } from '../object-errors.ts';
import { checkRange } from '../object-range.ts';
import type { S3Options } from '../archive-options.ts';

const CHUNK_BYTES = 1024 * 1024;
/** What is looked at of an object before it is read. */
const LONGEST_HEAD = 1024 * 1024;
/** To send the head of such an object twice costs nothing beside it. */
const LONG_BYTES = 8 * LONGEST_HEAD;

export interface S3Place {
  readonly bucket: string;
  readonly prefix: string;
}

export function openS3Archive(place: S3Place, options: S3Options = {}): ObjectSource {
  const { bucket, prefix } = place;
  const uri = toS3Uri(bucket, prefix);
  const connection = lazyConnection(bucket, options);
  const requesterPays = options.requesterPays === true;
  const budget = toRetryBudget(options);
  return {
    uri,
    async *list(signal, after) {
      const at: FailedAt = { action: 'list', uri, bucket };
      const open = await connect(connection, at);
      const { listArchive, listPages } = await import('./list-objects.ts');
      const listing = { connection: open, requesterPays, at, budget, signal };
      const root = await findRoot(prefix, async (tried) => {
        for await (const { keys } of listPages({ ...listing, prefix: tried, rootLength: 0, maxKeys: 1 }))
          return keys[0]?.key;
        return undefined;
      });
      const from = after === undefined ? {} : { after: root.prefix.slice(0, root.rootLength) + after };
      for await (const page of listArchive({ ...listing, ...root, ...from })) {
        const objects = root.onlyKey === null ? page : page.filter((object) => object.uri === uri);
        if (objects.length > 0) yield objects;
        if (root.onlyKey !== null) return;
      }
    },
    open(object) {
      if (!object.uri.startsWith(uri)) throw objectOutside(object.uri, uri);
      const key = decodeBytes(object.uri, object.uri.slice(`s3://${bucket}/`.length)).toString();
      if (toS3Uri(bucket, key) !== object.uri) throw objectOutside(object.uri, uri);
      return openS3Object(object, { key, bucket, connection, options });
    },
    close: () => connection.close(),
  };
}

interface Root {
  readonly prefix: string;
  readonly rootLength: number;
  readonly onlyKey: string | null;
}

/** What a prefix stands for. `first` tells the first key below a prefix. */
async function findRoot(prefix: string, first: (prefix: string) => Promise<string | undefined>): Promise<Root> {
  const parentLength = prefix.lastIndexOf('/') + 1;
  if (parentLength === prefix.length) return { prefix, rootLength: prefix.length, onlyKey: null };
  const folder = `${prefix}/`;
  if ((await first(folder)) !== undefined) return { prefix: folder, rootLength: folder.length, onlyKey: null };
  // In the order of bytes the object itself comes before all that its name begins.
  const onlyKey = (await first(prefix)) === prefix ? prefix : null;
  return { prefix, rootLength: parentLength, onlyKey };
}

async function connect(connection: LazyConnection, at: FailedAt): Promise<S3Connection> {
  try {
    return await connection.get();
  } catch (error) {
    throw toReadError(error, { at });
  }
}

interface Opened {
  readonly key: string;
  readonly bucket: string;
  readonly connection: LazyConnection;
  readonly options: S3Options;
}

function openS3Object(pinned: PinnedObject, opened: Opened): ObjectReader {
  const { key, bucket, connection, options } = opened;
  const at: FailedAt = { action: 'read', uri: pinned.uri, bucket };
  let versionId: string | null = null;
  let head: Buffer | null = null;
  const toRead = async (signal: AbortSignal | undefined): Promise<RangeRead> => ({
    getObject: (await connect(connection, at)).getObject,
    key,
    etag: pinned.etag,
    size: pinned.size,
    at,
    budget: toRetryBudget(options),
    signal,
    toError: (failure) => toObjectFailure(failure, at, pinned.etag),
    onAnswer: (answer) => {
      versionId ??= answer.versionId;
    },
  });
  return {
    uri: pinned.uri,
    size: pinned.size,
    etag: pinned.etag,
    get versionId() {
      return versionId;
    },
    async bytes(range, signal) {
      checkRange(pinned, range);
      const bytes = Buffer.allocUnsafeSlow(range.to - range.from);
      let filled = 0;
      for await (const piece of readRange(await toRead(signal), range)) {
        bytes.set(piece, filled);
        filled += piece.length;
      }
      if (range.from === 0 && range.to <= LONGEST_HEAD && range.to < pinned.size) head = bytes;
      return bytes;
    },
    async *stream(range, signal) {
      checkRange(pinned, range);
      const read = await toRead(signal);
      // A store tells the checksum of whole objects alone: a long one of which the head was read is asked for whole, and held against it.
      const isRest = range.to === pinned.size && range.from === head?.length && pinned.size >= LONG_BYTES;
      const pieces =
        isRest && head !== null
          ? behindHead(readRange(read, { from: 0, to: pinned.size }), head, at)
          : readRange(read, range);
      yield* inChunks(pieces, range.to - range.from, CHUNK_BYTES);
    },
  };
}

/** What follows the head. Throws TransientError STORAGE_UNAVAILABLE where the object begins otherwise than it was looked at. */
async function* behindHead(
  pieces: AsyncIterable<Uint8Array>,
  head: Buffer,
  { uri }: FailedAt,
): AsyncGenerator<Uint8Array> {
  let seen = 0;
  for await (const piece of pieces) {
    const known = piece.subarray(0, Math.max(0, head.length - seen));
    if (!head.subarray(seen, seen + known.length).equals(known))
      throw new TransientError('STORAGE_UNAVAILABLE', `cannot read ${uri}: it came with two beginnings`, {
        details: { uri },
      });
    seen += known.length;
    if (known.length < piece.length) yield piece.subarray(known.length);
  }
}
