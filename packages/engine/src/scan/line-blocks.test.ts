import { zstdDecompressSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { AppError } from '@coldhunt/core';
import { encodeLines, readLines } from './line-blocks.ts';

async function* piecesOf(bytes: Uint8Array, size: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

async function readAll(bytes: Uint8Array, size: number): Promise<string[]> {
  const found: string[] = [];
  for await (const lines of readLines(piecesOf(bytes, size), 'x.zst')) found.push(...lines);
  return found;
}

describe('line blocks', () => {
  const line = fc.string().map((text) => JSON.stringify(text));

  it('give the lines back, however the file is cut into chunks', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(line), fc.integer({ min: 1, max: 300 }), async (lines, size) => {
        expect(await readAll(Buffer.concat([...encodeLines(lines)]), size)).toEqual(lines);
      }),
      { numRuns: 100 },
    );
  });

  it('keep many lines in several blocks, and begin one at the boundary', async () => {
    const lines = Array.from({ length: 20_000 }, (_, i) => JSON.stringify({ i, text: 'some text' }));
    const blocks = [...encodeLines(lines, { boundary: 7 })];
    expect(blocks.length).toBeGreaterThan(2);
    const sizes: number[] = [];
    for await (const batch of readLines(piecesOf(Buffer.concat(blocks), 65_536), 'x.zst')) sizes.push(batch.length);
    expect(sizes[0]).toBe(7);
    expect(sizes.reduce((sum, size) => sum + size, 0)).toBe(20_000);
  });

  it('are a zstd file to any zstd tool', () => {
    expect(zstdDecompressSync(Buffer.concat([...encodeLines(['{"a":1}', '{"b":2}'])])).toString()).toBe(
      '{"a":1}\n{"b":2}\n',
    );
  });

  it('throw RUN_DAMAGED for any damage, and nothing else', async () => {
    const whole = Buffer.concat([...encodeLines(Array.from({ length: 50 }, (_, i) => `{"line":${i}}`))]);
    await fc.assert(
      fc.asyncProperty(
        fc.nat(whole.length - 1),
        fc.integer({ min: 1, max: 255 }),
        fc.boolean(),
        async (at, xor, cut) => {
          const bytes = Buffer.from(cut ? whole.subarray(0, at) : whole);
          if (!cut) bytes[at] = (bytes[at] ?? 0) ^ xor;
          try {
            await readAll(bytes, 64);
          } catch (error) {
            expect(error).toBeInstanceOf(AppError);
            expect((error as AppError).code).toBe('RUN_DAMAGED');
          }
        },
      ),
      { numRuns: 300 },
    );
  });
});
