// A stream of unknown length as an object, for stdin: its beginning can be looked at, then it can be read once, forward.

import { InvariantError, type ByteRange, type ObjectReader } from '@coldhunt/core';

/** Serves a stream as an object whose `size` is Infinity. `bytes` reads ahead from the start, `stream` reads to the end, once. */
export function createStreamObject(uri: string, source: AsyncIterable<Uint8Array>): ObjectReader {
  const chunks = source[Symbol.asyncIterator]();
  const head: Uint8Array[] = [];
  let headBytes = 0;
  let isStreamed = false;

  async function readAhead(to: number): Promise<void> {
    while (headBytes < to) {
      const next = await chunks.next();
      if (next.done === true) return;
      head.push(next.value);
      headBytes += next.value.length;
    }
  }

  async function* streamFrom(range: ByteRange, signal?: AbortSignal): AsyncGenerator<Uint8Array> {
    let skip = range.from;
    for (const chunk of head.splice(0)) {
      if (chunk.length > skip) yield chunk.subarray(skip);
      skip = Math.max(0, skip - chunk.length);
    }
    for (let next = await chunks.next(); next.done !== true; next = await chunks.next()) {
      signal?.throwIfAborted();
      if (next.value.length > skip) yield next.value.subarray(skip);
      skip = Math.max(0, skip - next.value.length);
    }
  }

  return {
    uri,
    size: Number.POSITIVE_INFINITY,
    etag: '',
    versionId: null,
    async bytes(range) {
      if (isStreamed) throw new InvariantError('INVARIANT', 'a stream object was read twice');
      await readAhead(range.to);
      return Buffer.concat(head).subarray(range.from, range.to);
    },
    stream(range, signal) {
      if (isStreamed) throw new InvariantError('INVARIANT', 'a stream object was read twice');
      isStreamed = true;
      return streamFrom(range, signal);
    },
  };
}
