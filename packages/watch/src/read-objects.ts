// Which objects the nights of a watch have read, so that none is read twice: 16 bytes an object, a file a night. A file is let go once
// no later night could choose any of its objects.

import { damagedFile, sha256Hex, type ListedObject, type ObjectSource, type RunStore } from '@coldhunt/core';
import { z } from 'zod';

const DIGEST_BYTES = 16;

export const readFileSchema = z.object({
  path: z.string(),
  sha256: z.string(),
  count: z.number().int().nonnegative(),
  /** No event of these objects is of this instant or later, by their keys. Milliseconds; null: nothing says it. */
  until_ms: z.number().nullable(),
});

export type ReadFile = z.infer<typeof readFileSchema>;

/** One version of an object; its archive's URI begins its own. */
export interface ReadObject {
  readonly uri: string;
  readonly etag: string;
}

/** Writes one night's file. */
export async function writeReadObjects(
  store: RunStore,
  path: string,
  objects: readonly ReadObject[],
  untilMs: number | null,
): Promise<ReadFile> {
  const digests = objects.map(digestOf).toSorted(Buffer.compare);
  const body = Buffer.concat(digests);
  await store.put(path, body);
  return { path, sha256: sha256Hex(body), count: digests.length, until_ms: untilMs };
}

/** Throws InputError RUN_DAMAGED for a file that does not hold what was written. */
export async function openReadObjects(store: RunStore, files: readonly ReadFile[]): Promise<ReadObjects> {
  const bodies: Buffer[] = [];
  for (const { path, sha256 } of files) {
    const bytes = await store.get(path);
    if (bytes === null) throw damagedFile(path, 'it is gone');
    if (sha256Hex(bytes) !== sha256) throw damagedFile(path, 'it does not hold the objects that were read');
    bodies.push(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength));
  }
  return new ReadObjects(bodies);
}

/** Sorted digests of each night. */
class ReadObjects {
  readonly #bodies: readonly Buffer[];

  constructor(bodies: readonly Buffer[]) {
    this.#bodies = bodies;
  }

  has(object: ReadObject): boolean {
    const digest = digestOf(object);
    return this.#bodies.some((body) => holds(body, digest));
  }
}

export type { ReadObjects };

/** The archive, with what was read before marked so. */
export function markRead(source: ObjectSource, read: ReadObjects): ObjectSource {
  const mark = (object: ListedObject): ListedObject =>
    object.passedOver === undefined && read.has(object) ? { ...object, passedOver: 'read-before' } : object;
  return {
    uri: source.uri,
    async *list(signal) {
      for await (const page of source.list(signal)) yield page.map(mark);
    },
    open: (object) => source.open(object),
    close: async () => source.close?.(),
  };
}

function digestOf({ uri, etag }: ReadObject): Buffer {
  return Buffer.from(sha256Hex(`${uri}\0${etag}`).slice(0, 2 * DIGEST_BYTES), 'hex');
}

function holds(body: Buffer, digest: Buffer): boolean {
  let low = 0;
  let high = body.length / DIGEST_BYTES;
  while (low < high) {
    const middle = (low + high) >> 1;
    const order = body.compare(digest, 0, DIGEST_BYTES, middle * DIGEST_BYTES, (middle + 1) * DIGEST_BYTES);
    if (order === 0) return true;
    if (order < 0) low = middle + 1;
    else high = middle;
  }
  return false;
}
