// A run folder below an S3 prefix. `putOnce` asks for a conditional create, and looks first as well: some servers ignore If-None-Match.

import type { PutObjectCommandInput } from '@aws-sdk/client-s3';
import { TransientError, type AppError, type RunStore } from '@coldhunt/core';
import { backOff, toRetryBudget, type RetryBudget } from './back-off.ts';
import type { S3Connection } from './connect-s3.ts';
import type { GetAnswer, S3Failure } from './get-object.ts';
import { lazyConnection } from './lazy.ts';
import { putLargeObject } from './put-large-object.ts';
import { inChunks, readRange, toReadError } from './read-range.ts';
import { toS3Failure, toStorageFailure, type FailedAt } from './s3-errors.ts';
import type { S3Place } from './s3-archive.ts';
import { toS3Uri } from '../archive-uri.ts';
import { checkRunPath, missingRunFile } from '../run-path.ts';
import type { S3Options } from '../archive-options.ts';

const CHUNK_BYTES = 1024 * 1024;

export function openS3RunStore(place: S3Place, options: S3Options = {}): RunStore {
  const { bucket } = place;
  const root = place.prefix === '' || place.prefix.endsWith('/') ? place.prefix : `${place.prefix}/`;
  const uri = toS3Uri(bucket, root.slice(0, -1));
  const lazy = lazyConnection(bucket, options);
  const budget = toRetryBudget(options);
  const encryption =
    options.kmsKeyId === undefined ? {} : { ServerSideEncryption: 'aws:kms' as const, SSEKMSKeyId: options.kmsKeyId };
  // Without the right to list, S3 answers 403 for what is not there. Once a file was read, the right to read is proved.
  let hasRead = false;

  const within = async <T>(action: string, path: string, act: (at: Place) => Promise<T>): Promise<T> => {
    checkRunPath(path);
    const key = root + path;
    const at = { action, uri: toS3Uri(bucket, key), bucket };
    try {
      return await act({ key, at, connection: await lazy.get(), params: { Bucket: bucket, Key: key } });
    } catch (error) {
      throw toReadError(error, { at });
    }
  };
  const isAbsent = (failure: S3Failure): boolean =>
    (failure.status === 404 && failure.code !== 'NoSuchBucket') ||
    (hasRead && failure.status === 403 && failure.code === 'AccessDenied' && !/kms/i.test(failure.message));

  return {
    uri,
    putOnce: (path, body) =>
      within('write', path, async ({ connection, params, at }) => {
        if ((await headSize(connection, params)) !== null) return 'exists';
        return createObject(
          connection,
          { ...params, ...encryption, Body: body, ContentLength: body.length },
          { at, budget },
        );
      }),
    put: (path, body) =>
      within('write', path, async ({ connection, params }) => {
        const input = { ...params, ...encryption, Body: body, ContentLength: body.length };
        await connection.client.send(new connection.sdk.PutObjectCommand(input));
      }),
    async putStream(path, body) {
      // A body that breaks is no fault of the storage: its own error goes out.
      const broken: unknown[] = [];
      try {
        await within('write', path, ({ connection, params }) =>
          putLargeObject(connection, { ...params, ...encryption }, watchBody(body, broken)),
        );
      } catch (error) {
        throw broken.length > 0 ? broken[0] : error;
      }
    },
    get: (path) =>
      within('read', path, async ({ connection, key, params, at }) => {
        const readSize = async (): Promise<number | null> => (await headSize(connection, params))?.size ?? null;
        const bytes = await getWhole(connection, key, { at, budget, isAbsent, readSize });
        hasRead ||= bytes !== null;
        return bytes;
      }),
    async *stream(path) {
      const found = await within('read', path, async ({ connection, params, key, at }) => ({
        head: await headSize(connection, params),
        connection,
        key,
        at,
      }));
      if (found.head === null) throw missingRunFile(uri, path);
      const { etag, size } = found.head;
      const { getObject } = found.connection;
      const toError = (failure: S3Failure): AppError => toStorageFailure(failure, found.at);
      const pieces = readRange(
        { getObject, key: found.key, etag, size, at: found.at, budget, toError },
        { from: 0, to: size },
      );
      yield* inChunks(pieces, size, CHUNK_BYTES);
    },
    async *list(prefix) {
      const at: FailedAt = { action: 'list', uri, bucket };
      const connection = await lazy.get().catch((error: unknown) => {
        throw toReadError(error, { at });
      });
      const { listPages } = await import('./list-objects.ts');
      for await (const { keys } of listPages({
        connection,
        prefix: root + prefix,
        rootLength: 0,
        requesterPays: false,
        at,
        budget,
      })) {
        const paths = keys.flatMap(({ key }) =>
          key.length > root.length && !key.endsWith('/') ? [key.slice(root.length)] : [],
        );
        if (paths.length > 0) yield paths;
      }
    },
    async *entries(folder) {
      const at: FailedAt = { action: 'list', uri, bucket };
      try {
        const { listS3Entries } = await import('./list-entries.ts');
        yield* listS3Entries(await lazy.get(), root + folder);
      } catch (error) {
        throw toReadError(error, { at });
      }
    },
    remove: (path) =>
      within('remove', path, async ({ connection, params }) => {
        await connection.client.send(new connection.sdk.DeleteObjectCommand(params));
      }),
    close: () => lazy.close(),
  };
}

interface Place {
  readonly key: string;
  readonly at: FailedAt;
  readonly connection: S3Connection;
  readonly params: { readonly Bucket: string; readonly Key: string };
}

interface Head {
  readonly size: number;
  readonly etag: string;
}

// Null: not there, or not to be seen without the right to list; the conditional create decides then.
async function headSize(connection: S3Connection, params: Place['params']): Promise<Head | null> {
  try {
    const head = await connection.client.send(new connection.sdk.HeadObjectCommand(params));
    return { size: head.ContentLength ?? 0, etag: (head.ETag ?? '').replaceAll('"', '') };
  } catch (error) {
    const { status } = toS3Failure(error);
    if (status === 404 || status === 403) return null;
    throw error;
  }
}

async function createObject(
  connection: S3Connection,
  input: PutObjectCommandInput,
  { at, budget }: { readonly at: FailedAt; readonly budget: RetryBudget },
): Promise<'created' | 'exists'> {
  const { PutObjectCommand } = connection.sdk;
  for (let attempt = 1; ; attempt++) {
    try {
      await connection.client.send(new PutObjectCommand({ ...input, IfNoneMatch: '*' }));
      return 'created';
    } catch (error) {
      const failure = toS3Failure(error);
      if (failure.status === 412 || failure.code === 'PreconditionFailed') return 'exists';
      if (failure.status === 501 || failure.code === 'NotImplemented') {
        // The look before has to do; the bytes of a path are the same whoever writes them.
        await connection.client.send(new PutObjectCommand(input));
        return 'created';
      }
      // Two writers at once: the server asks to try again.
      if (failure.status !== 409 || attempt > budget.retries) throw toStorageFailure(failure, at);
      await backOff(budget, attempt);
    }
  }
}

async function* watchBody(body: AsyncIterable<Uint8Array>, broken: unknown[]): AsyncGenerator<Uint8Array> {
  try {
    yield* body;
  } catch (error) {
    broken.push(error);
    throw error;
  }
}

interface WholeRead {
  readonly at: FailedAt;
  readonly budget: RetryBudget;
  readonly isAbsent: (failure: S3Failure) => boolean;
  /** Of an answer that does not say how long it is. */
  readonly readSize: () => Promise<number | null>;
}

async function getWhole(connection: S3Connection, key: string, read: WholeRead): Promise<Uint8Array | null> {
  for (let attempt = 1; ; attempt++) {
    try {
      const answer = await connection.getObject({ key, range: null, etag: null });
      if (answer.failure === null) return await readWhole(answer, read);
      if (read.isAbsent(answer.failure)) return null;
      throw toStorageFailure(answer.failure, read.at);
    } catch (error) {
      const failed = toReadError(error, read);
      if (!(failed instanceof TransientError) || attempt > read.budget.retries) throw failed;
      await backOff(read.budget, attempt);
    }
  }
}

async function readWhole(answer: GetAnswer, { at, readSize }: WholeRead): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  let size = 0;
  for await (const part of answer.body) {
    parts.push(part);
    size += part.length;
  }
  const expected = answer.contentLength ?? (await readSize());
  if (expected !== null && size !== expected) {
    throw new TransientError('STORAGE_UNAVAILABLE', `cannot ${at.action} ${at.uri}: the body ended early`, {
      details: { uri: at.uri, found: size, expected },
    });
  }
  return Buffer.concat(parts, size);
}
