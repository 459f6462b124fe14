// Bytes in memory as an object: for tests, small files, and what was decompressed whole.

import type { ObjectReader } from '@coldhunt/core';

const CHUNK_BYTES = 1 << 20;

export interface MemoryObjectOptions {
  /** Default: the number of bytes. */
  readonly etag?: string;
  readonly versionId?: string | null;
  /** Length of the chunks of `stream`. Default 1 MiB. */
  readonly chunkBytes?: number;
}

/** Serves bytes as an object that never changes. */
export function createMemoryObject(uri: string, bytes: Uint8Array, options: MemoryObjectOptions = {}): ObjectReader {
  const chunkBytes = options.chunkBytes ?? CHUNK_BYTES;
  return {
    uri,
    size: bytes.length,
    etag: options.etag ?? String(bytes.length),
    versionId: options.versionId ?? null,
    async bytes(range, signal) {
      signal?.throwIfAborted();
      return bytes.subarray(range.from, range.to);
    },
    async *stream(range, signal, memory) {
      const to = Math.min(range.to, bytes.length);
      for (let at = range.from; at < to; at += chunkBytes) {
        signal?.throwIfAborted();
        const chunk = bytes.subarray(at, Math.min(at + chunkBytes, to));
        const lent = memory?.lend(chunk.length);
        lent?.set(chunk);
        yield lent ?? chunk;
      }
    },
  };
}
