// Chunks that a decompressor made: their memory is freed as soon as nobody looks at it. Left to the garbage collector it would pile up, and
// make the collector run so often that it costs as much as the search.

export interface ChunkRelease {
  /** Says of a chunk that it stands alone in its memory. Gives it back. */
  own(chunk: Uint8Array): Uint8Array;
  /** Nobody looks at this chunk any more: its memory is freed. Chunks that are not ours are let go. */
  giveBack(chunk: Uint8Array): void;
}

/** Frees chunks that are given back; what still points into one finds no bytes there. */
export function createChunkRelease(): ChunkRelease {
  const owned = new WeakSet<ArrayBufferLike>();
  return {
    own(chunk) {
      owned.add(chunk.buffer);
      return chunk;
    },
    giveBack(chunk) {
      if (owned.delete(chunk.buffer)) freeAtOnce(chunk);
    },
  };
}

/** Frees the memory that a chunk stands in. */
export function freeAtOnce(chunk: Uint8Array): void {
  if (chunk.buffer instanceof ArrayBuffer) chunk.buffer.transfer(0);
}
