// An object whose stored bytes are counted as they are read.

import type { ObjectReader } from '@coldhunt/core';

export interface CountedObject {
  readonly object: ObjectReader;
  /** Stored bytes read so far. */
  readonly bytes: () => number;
}

export function countReads(object: ObjectReader): CountedObject {
  let read = 0;
  return {
    bytes: () => read,
    object: {
      uri: object.uri,
      size: object.size,
      etag: object.etag,
      get versionId() {
        return object.versionId;
      },
      async bytes(range, signal) {
        const bytes = await object.bytes(range, signal);
        read += bytes.length;
        return bytes;
      },
      async *stream(range, signal) {
        for await (const chunk of object.stream(range, signal)) {
          read += chunk.length;
          yield chunk;
        }
      },
    },
  };
}
