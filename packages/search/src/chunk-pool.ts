// Parts of a memory, lent for the chunks that readers fill and given back, so that gigabytes pass through a few megabytes.

import type { ChunkMemory } from '@coldhunt/core';

/** Lends parts of `slots`, which are of one length and one buffer, and fresh memory where none is free or long enough. */
export function createChunkPool(slots: readonly Uint8Array[]): ChunkMemory {
  const free = [...slots];
  const slotBytes = free[0]?.length ?? 0;
  const shared = free[0]?.buffer;
  /** Slots that are out, by where they begin. */
  const lent = new Map<number, Uint8Array>();
  return {
    lend(length) {
      const slot = length <= slotBytes ? free.pop() : undefined;
      if (slot === undefined) return Buffer.allocUnsafeSlow(length);
      lent.set(slot.byteOffset, slot);
      return length === slotBytes ? slot : slot.subarray(0, length);
    },
    giveBack(chunk) {
      const slot = chunk.buffer === shared ? lent.get(chunk.byteOffset) : undefined;
      if (slot !== undefined && lent.delete(chunk.byteOffset)) free.push(slot);
    },
  };
}
