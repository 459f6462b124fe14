// An object's stored bytes, hashed as they are read: SHA-256 over a shard's share of them, in order. What the scan did not have to read
// is read for the hash alone.

import { createHash } from 'node:crypto';
import type { ByteRange, ObjectReader } from '@coldhunt/core';

export interface HashingReader extends ObjectReader {
  /** SHA-256 (hex) of the whole range. Reads what is left of it; throws what reading throws. */
  finish(signal?: AbortSignal): Promise<string>;
}

/** `range`: the bytes that are hashed; null: all of the object. */
export function createHashingReader(reader: ObjectReader, range: ByteRange | null): HashingReader {
  const { from, to } = range ?? { from: 0, to: reader.size };
  const hash = createHash('sha256');
  let at = from;
  // Reads come in any order, some of them twice: the bytes that follow those that are hashed already count.
  const take = (chunk: Uint8Array, start: number): void => {
    const end = Math.min(start + chunk.length, to);
    if (start > at || end <= at) return;
    hash.update(chunk.subarray(at - start, end - start));
    at = end;
  };
  return {
    uri: reader.uri,
    size: reader.size,
    etag: reader.etag,
    get versionId() {
      return reader.versionId;
    },
    async bytes(wanted, signal) {
      const bytes = await reader.bytes(wanted, signal);
      take(bytes, wanted.from);
      return bytes;
    },
    async *stream(wanted, signal, memory) {
      let start = wanted.from;
      for await (const chunk of reader.stream(wanted, signal, memory)) {
        take(chunk, start);
        start += chunk.length;
        yield chunk;
      }
    },
    async finish(signal) {
      if (at < to) {
        let start = at;
        for await (const chunk of reader.stream({ from: at, to }, signal)) {
          take(chunk, start);
          start += chunk.length;
        }
      }
      return hash.digest('hex');
    },
  };
}
