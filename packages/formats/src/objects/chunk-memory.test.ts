import { describe, expect, it } from 'vitest';
import { createChunkMemory } from './chunk-memory.ts';

describe('createChunkMemory', () => {
  it('lends a chunk again once it was given back, and never before', () => {
    const memory = createChunkMemory();
    const first = memory.lend(1024);
    expect(memory.lend(1024).buffer).not.toBe(first.buffer);
    memory.giveBack(first);
    expect(memory.lend(1024).buffer).toBe(first.buffer);
    expect(memory.lend(1024).buffer).not.toBe(first.buffer);
  });

  it('takes a chunk back once, and none that it did not lend', () => {
    const memory = createChunkMemory();
    const own = memory.lend(64);
    const foreign = Buffer.allocUnsafeSlow(64);
    memory.giveBack(foreign);
    memory.giveBack(own);
    memory.giveBack(own);
    expect(memory.lend(64).buffer).toBe(own.buffer);
    const next = memory.lend(64).buffer;
    expect([own.buffer, foreign.buffer]).not.toContain(next);
  });

  it('does not lend a chunk of another length', () => {
    const memory = createChunkMemory();
    memory.giveBack(memory.lend(64));
    expect(memory.lend(32)).toHaveLength(32);
  });
});
