// A stream of unknown length -> one object. Parts are filled one at a time and sent two at a time, so memory holds three of them. What
// fits in one part is a plain PUT; what fails is aborted, so that no invisible parts stay and are paid for.

import type { CompletedPart, PutObjectCommandInput } from '@aws-sdk/client-s3';
import type { S3Connection } from './connect-s3.ts';

const FIRST_PART_BYTES = 8 * 1024 * 1024;
/** S3 takes 10,000 parts: they double in size each 2,000, which reaches 5 TB in time. */
const PARTS_OF_A_SIZE = 2_000;
const LARGEST_PART_BYTES = 128 * 1024 * 1024;
const SENT_AT_ONCE = 2;

export type LargeObjectParams = Pick<PutObjectCommandInput, 'ServerSideEncryption' | 'SSEKMSKeyId'> & {
  readonly Bucket: string;
  readonly Key: string;
};

export async function putLargeObject(
  connection: S3Connection,
  params: LargeObjectParams,
  body: AsyncIterable<Uint8Array>,
): Promise<void> {
  const parts = inParts(body);
  const first = await parts.next();
  const firstBytes = first.done === true ? Buffer.alloc(0) : first.value;
  if (firstBytes.length < FIRST_PART_BYTES) {
    const input = { ...params, Body: firstBytes, ContentLength: firstBytes.length };
    await connection.client.send(new connection.sdk.PutObjectCommand(input));
    return;
  }
  await putParts(connection, params, firstBytes, parts);
}

async function putParts(
  connection: S3Connection,
  params: LargeObjectParams,
  first: Buffer,
  rest: AsyncGenerator<Buffer>,
): Promise<void> {
  const { client, sdk } = connection;
  const { Bucket, Key } = params;
  const { UploadId } = await client.send(new sdk.CreateMultipartUploadCommand(params));
  const send = async (partNumber: number, bytes: Buffer): Promise<CompletedPart> => {
    const input = { Bucket, Key, UploadId, PartNumber: partNumber, Body: bytes, ContentLength: bytes.length };
    const { ETag } = await client.send(new sdk.UploadPartCommand(input));
    return { ETag, PartNumber: partNumber };
  };
  const sent: Promise<CompletedPart>[] = [];
  try {
    sent.push(observed(send(1, first)));
    for await (const part of rest) {
      // Waits for the part before the last one: at most two are on their way.
      await sent[sent.length - SENT_AT_ONCE];
      sent.push(observed(send(sent.length + 1, part)));
    }
    const Parts = await Promise.all(sent);
    await client.send(new sdk.CompleteMultipartUploadCommand({ Bucket, Key, UploadId, MultipartUpload: { Parts } }));
  } catch (error) {
    await Promise.allSettled(sent);
    await client.send(new sdk.AbortMultipartUploadCommand({ Bucket, Key, UploadId })).catch(() => undefined);
    throw error;
  }
}

// A part may fail while the next one is still being filled: it is awaited later, and no rejection may go unheard until then.
function observed<T>(promise: Promise<T>): Promise<T> {
  promise.catch(() => undefined);
  return promise;
}

async function* inParts(body: AsyncIterable<Uint8Array>): AsyncGenerator<Buffer> {
  let count = 0;
  let waiting: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of body) {
    for (let at = 0; at < chunk.length;) {
      const partBytes = Math.min(LARGEST_PART_BYTES, FIRST_PART_BYTES * 2 ** Math.floor(count / PARTS_OF_A_SIZE));
      // Copied: the chunk may be used again by whoever gave it.
      const piece = Uint8Array.from(chunk.subarray(at, at + partBytes - size));
      waiting.push(piece);
      size += piece.length;
      at += piece.length;
      if (size < partBytes) continue;
      yield Buffer.concat(waiting, size);
      count += 1;
      waiting = [];
      size = 0;
    }
  }
  if (size > 0) yield Buffer.concat(waiting, size);
}
