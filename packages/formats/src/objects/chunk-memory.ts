// A few chunks that a stream fills again and again. Fresh memory for each would be most of what the garbage collector does.

import type { ChunkMemory } from '@coldhunt/core';

/** One is worked on, one is held back, three are read ahead; one more is on its way. */
const MAX_KEPT = 6;

/** Keeps chunks of the length that was last asked for. A buffer belongs to the borrower until it gives it back. */
export function createChunkMemory(): ChunkMemory {
  const lent = new WeakSet<ArrayBufferLike>();
  const kept: Uint8Array[] = [];
  return {
    lend(length) {
      const known = kept.at(-1)?.length === length ? kept.pop() : undefined;
      const chunk = known ?? Buffer.allocUnsafeSlow(length);
      lent.add(chunk.buffer);
      return chunk;
    },
    giveBack(chunk) {
      if (!lent.delete(chunk.buffer) || chunk.length !== chunk.buffer.byteLength) return;
      if (kept[0]?.length !== chunk.length) kept.length = 0;
      if (kept.length < MAX_KEPT) kept.push(chunk);
    },
  };
}
