import type { ChunkMemory } from '@coldhunt/core';
import { describe, expect, it } from 'vitest';
import { createChunkLoan } from './chunk-loan.ts';

function createLender(): ChunkMemory & { readonly back: Uint8Array[] } {
  const back: Uint8Array[] = [];
  return { back, lend: (length) => new Uint8Array(length), giveBack: (chunk) => void back.push(chunk) };
}

describe('createChunkLoan', () => {
  it('gives back the chunk that a block was made of, however the block is viewed', () => {
    const lender = createLender();
    const loan = createChunkLoan(lender);
    const chunk = loan.lend(10);
    loan.giveBack(Buffer.from(chunk.buffer, chunk.byteOffset, 4));
    loan.end();
    expect(lender.back).toEqual([chunk]);
  });

  it('gives back at its end what is still out, once', () => {
    const lender = createLender();
    const loan = createChunkLoan(lender);
    const chunks = [loan.lend(10), loan.lend(20)];
    loan.giveBack(chunks[1] as Uint8Array);
    loan.end();
    loan.end();
    expect(lender.back).toEqual([chunks[1], chunks[0]]);
  });

  it('passes nothing on that was not borrowed', () => {
    const lender = createLender();
    const loan = createChunkLoan(lender);
    loan.giveBack(new Uint8Array(10));
    expect(lender.back).toEqual([]);
  });
});
