import { describe, expect, it } from 'vitest';
import { createChunkPool } from './chunk-pool.ts';

const memory = new Uint8Array(100);
const slots = [memory.subarray(0, 40), memory.subarray(50, 90)];

describe('createChunkPool', () => {
  it('lends each slot once, and fresh memory when none is free', () => {
    const pool = createChunkPool(slots);
    const chunks = [pool.lend(40), pool.lend(40), pool.lend(40)];
    expect(chunks.map(({ buffer }) => buffer === memory.buffer)).toEqual([true, true, false]);
    expect(chunks[0]?.byteOffset).not.toBe(chunks[1]?.byteOffset);
  });

  it('lends again what was given back, at any length that fits', () => {
    const pool = createChunkPool(slots);
    const [first, second] = [pool.lend(40), pool.lend(7)];
    expect(second).toHaveLength(7);
    pool.giveBack(second);
    expect(pool.lend(30).byteOffset).toBe(second.byteOffset);
    pool.giveBack(first);
    expect(pool.lend(40).byteOffset).toBe(first.byteOffset);
  });

  it('gives fresh memory for what is longer than a slot', () => {
    const chunk = createChunkPool(slots).lend(41);
    expect([chunk.length, chunk.buffer === memory.buffer]).toEqual([41, false]);
  });

  it('does not take a slot back twice, nor what it did not lend', () => {
    const pool = createChunkPool(slots);
    const [first, second] = [pool.lend(40), pool.lend(40)];
    for (const chunk of [first, first, memory.subarray(10, 20), new Uint8Array(40)]) pool.giveBack(chunk);
    expect(pool.lend(40).byteOffset).toBe(first.byteOffset);
    expect(pool.lend(40).buffer).not.toBe(second.buffer);
  });
});
