// The chunks that one reading has borrowed: what it does not give back itself, because it ended early, is given back at its end.

import type { ChunkMemory } from '@coldhunt/core';

export interface ChunkLoan extends ChunkMemory {
  /** Gives everything back. Nobody may fill or look at a chunk any more. */
  end(): void;
}

export function createChunkLoan(lender: ChunkMemory): ChunkLoan {
  const borrowed = new Set<Uint8Array>();
  return {
    lend(length) {
      const chunk = lender.lend(length);
      borrowed.add(chunk);
      return chunk;
    },
    giveBack(chunk) {
      for (const own of borrowed) {
        if (own.buffer !== chunk.buffer || own.byteOffset !== chunk.byteOffset) continue;
        borrowed.delete(own);
        lender.giveBack(own);
        return;
      }
    },
    end() {
      for (const chunk of borrowed) lender.giveBack(chunk);
      borrowed.clear();
    },
  };
}
