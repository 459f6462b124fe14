// The bytes of an object from a place on: what was read already first, then the shard's range, then as much more as is asked for.

import type { ChunkMemory, ObjectReader } from '@coldhunt/core';

const ONWARD_BYTES = 256 * 1024;

/**
 * Streams from `from` (or from behind `head`, after giving it) to the object's end. Up to `softEnd` it is one request; what lies
 * behind is asked for in small pieces, because only the rest of one line is wanted.
 */
export async function* streamOnward(
  object: ObjectReader,
  head: Uint8Array | null,
  softEnd: number,
  signal?: AbortSignal,
  { from = 0, memory }: { readonly from?: number; readonly memory?: ChunkMemory | undefined } = {},
): AsyncGenerator<Uint8Array> {
  if (head !== null && head.length > 0) yield head;
  let at = head === null ? from : head.length;
  while (at < object.size) {
    const to = softEnd >= object.size ? object.size : Math.min(object.size, Math.max(softEnd, at) + ONWARD_BYTES);
    let given = 0;
    for await (const chunk of object.stream({ from: at, to }, signal, memory)) {
      yield chunk;
      given += chunk.length;
    }
    if (!Number.isFinite(to) || given === 0) return;
    at += given;
  }
}
