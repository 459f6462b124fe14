// The search alone, over blocks that lie in memory: gigabytes a second by number of literals, in WebAssembly and in JavaScript.

import { open } from 'node:fs/promises';
import type { LineFilter, LineQuery } from '@coldhunt/core';
import { createLineScan, createLineSearch } from '@coldhunt/search';
import type { Corpus } from '../corpus.ts';
import { median } from '../turns.ts';

const BLOCK_BYTES = 2 * 1024 * 1024;
const BLOCKS = 4;
const NUMBERS = [1, 10, 100, 1_000] as const;

export async function measureSearch(corpus: Corpus, turns: number, say: (line: string) => void): Promise<void> {
  const figures: string[] = [];
  for (const number of NUMBERS) {
    const [wasm, javascript] = [
      await measure(corpus, number, { wasm: true, turns }),
      await measure(corpus, number, { wasm: false, turns }),
    ];
    figures.push(
      `${number} ${number === 1 ? 'literal' : 'literals'} ${wasm.toFixed(1)} GB/s (${javascript.toFixed(1)})`,
    );
  }
  say(`search   WebAssembly (JavaScript), blocks in memory: ${figures.join(' | ')}`);
}

/** Gigabytes a second. */
async function measure(
  { plain }: Corpus,
  number: number,
  { wasm, turns }: { readonly wasm: boolean; readonly turns: number },
): Promise<number> {
  const search = createLineSearch({ wasm });
  const filter = search.filter(queryOf(number));
  const blocks = Array.from({ length: BLOCKS }, () => search.memory?.lend(BLOCK_BYTES) ?? Buffer.alloc(BLOCK_BYTES));
  const file = await open(plain);
  try {
    for (const [index, block] of blocks.entries()) await file.read(block, 0, BLOCK_BYTES, index * BLOCK_BYTES * 20);
  } finally {
    await file.close();
  }
  const seconds = Array.from({ length: turns + 1 }, () => secondsFor(filter, blocks)).slice(1);
  return (BLOCKS * BLOCK_BYTES) / median(seconds) / 1e9;
}

function secondsFor(filter: LineFilter, blocks: readonly Uint8Array[]): number {
  const found = createLineScan();
  const begun = performance.now();
  for (const block of blocks) filter.scan(block, 0, block.length, found);
  return (performance.now() - begun) / 1000;
}

/** File names that no event of the corpus holds, and the JSON escapes that are always searched. */
function queryOf(number: number): LineQuery {
  const literal = (text: string): { bytes: Uint8Array; ignoreCase: boolean } => ({
    bytes: Buffer.from(text),
    ignoreCase: false,
  });
  return {
    literals: Array.from({ length: 32 }, (_, index) => literal(`\\u00${(index + 0x30).toString(16)}`)),
    conditions: Array.from({ length: number }, (_, index) => [[literal(`implant-${(index * 7919).toString(36)}.exe`)]]),
  };
}
