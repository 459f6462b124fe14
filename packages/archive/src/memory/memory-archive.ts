// An archive in memory, for tests: the same promises as the real ones.

import { createHash } from 'node:crypto';
import {
  type ByteRange,
  type ListedObject,
  type ObjectReader,
  type ObjectSource,
  type PinnedObject,
} from '@coldhunt/core';
import { encodeUriPath } from '../archive-uri.ts';
import { objectArchived, objectChanged, objectDenied, objectOutside, objectVanished } from '../object-errors.ts';
import { checkRange } from '../object-range.ts';

const PAGE = 1000;
const CHUNK_BYTES = 1024 * 1024;

export interface MemoryObject {
  readonly body: Uint8Array;
  readonly lastModifiedMs: number | null;
  readonly storageClass: string;
  readonly isArchived: boolean;
  readonly isDenied: boolean;
  readonly versionId: string | null;
}

export interface MemoryArchive extends ObjectSource {
  /** Puts an object in place of any other of this key. */
  set(key: string, body: Uint8Array | string, attributes?: Partial<Omit<MemoryObject, 'body'>>): void;
  delete(key: string): void;
}

export interface MemoryArchiveOptions {
  /** Default `memory://archive`. */
  readonly uri?: string | undefined;
}

/** Makes an archive of keys and their bytes (or text). */
export function createMemoryArchive(
  objects: Readonly<Record<string, Uint8Array | string>> = {},
  options: MemoryArchiveOptions = {},
): MemoryArchive {
  const root = options.uri ?? 'memory://archive';
  const stored = new Map<string, { key: string; object: MemoryObject }>();
  const uriOf = (key: string): string => `${root}/${encodeUriPath(Buffer.from(key))}`;
  const archive: MemoryArchive = {
    uri: root,
    set(key, body, attributes = {}) {
      const bytes = typeof body === 'string' ? Buffer.from(body) : Buffer.from(body);
      const defaults = {
        lastModifiedMs: null,
        storageClass: 'MEMORY',
        isArchived: false,
        isDenied: false,
        versionId: null,
      };
      stored.set(uriOf(key), { key, object: { ...defaults, ...attributes, body: bytes } });
    },
    delete(key) {
      stored.delete(uriOf(key));
    },
    async *list(signal) {
      const sorted = [...stored].toSorted(([, a], [, b]) => Buffer.compare(Buffer.from(a.key), Buffer.from(b.key)));
      for (let at = 0; at < sorted.length; at += PAGE) {
        signal?.throwIfAborted();
        yield sorted.slice(at, at + PAGE).map(([uri, entry]) => listed(uri, entry.key, entry.object));
      }
    },
    open(pinned) {
      if (!pinned.uri.startsWith(`${root}/`)) throw objectOutside(pinned.uri, root);
      return openMemoryObject(pinned, () => stored.get(pinned.uri)?.object);
    },
  };
  for (const [key, body] of Object.entries(objects)) archive.set(key, body);
  return archive;
}

function listed(uri: string, key: string, object: MemoryObject): ListedObject {
  return {
    uri,
    key,
    size: object.body.length,
    etag: etagOf(object.body),
    lastModifiedMs: object.lastModifiedMs,
    storageClass: object.storageClass,
    isArchived: object.isArchived,
  };
}

function openMemoryObject(pinned: PinnedObject, find: () => MemoryObject | undefined): ObjectReader {
  let versionId: string | null = null;
  const read = (range: ByteRange): Uint8Array => {
    const object = find();
    if (object === undefined) throw objectVanished(pinned.uri);
    if (object.isDenied) throw objectDenied(pinned.uri, 'access denied');
    const etag = etagOf(object.body);
    if (etag !== pinned.etag) throw objectChanged(pinned.uri, etag, pinned.etag);
    if (object.isArchived) throw objectArchived(pinned.uri, object.storageClass);
    checkRange(pinned, range);
    versionId = object.versionId;
    return object.body.subarray(range.from, range.to);
  };
  return {
    uri: pinned.uri,
    size: pinned.size,
    etag: pinned.etag,
    get versionId() {
      return versionId;
    },
    async bytes(range, signal) {
      signal?.throwIfAborted();
      return Buffer.from(read(range));
    },
    async *stream(range, signal) {
      for (let at = range.from; at < range.to; at += CHUNK_BYTES) {
        signal?.throwIfAborted();
        yield Buffer.from(read({ from: at, to: Math.min(at + CHUNK_BYTES, range.to) }));
      }
    },
  };
}

function etagOf(body: Uint8Array): string {
  return createHash('md5').update(body).digest('hex');
}
