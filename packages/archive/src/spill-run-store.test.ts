import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { RunStore } from '@coldhunt/core';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createMemoryRunStore, type MemoryRunStore } from './memory/memory-run-store.ts';
import { openSpillRunStore } from './spill-run-store.ts';

let folder: string;
let run: MemoryRunStore;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'coldhunt-spill-'));
  run = createMemoryRunStore();
});

afterEach(() => rm(folder, { recursive: true, force: true }));

async function* bytes(...sizes: readonly number[]): AsyncGenerator<Uint8Array> {
  for (const size of sizes) yield new Uint8Array(size).fill(size);
}

async function sizeOf(store: RunStore, path: string): Promise<number> {
  let size = 0;
  for await (const chunk of store.stream(path)) size += chunk.length;
  return size;
}

describe('openSpillRunStore', () => {
  it('puts what is spilled into the folder, everything else into the run', async () => {
    const store = openSpillRunStore(run, { prefix: 'reduce/spill/', folder, maxBytes: null });
    await store.putStream('reduce/spill/a.zst', bytes(3, 4));
    await store.putStream('reduce/part.zst', bytes(5));
    expect([...run.files.keys()]).toEqual(['reduce/part.zst']);
    expect(await sizeOf(store, 'reduce/spill/a.zst')).toBe(7);
    expect(await sizeOf(store, 'reduce/part.zst')).toBe(5);
    expect(await readdir(folder)).toEqual(['reduce']);
    await store.remove('reduce/spill/a.zst');
    await expect(sizeOf(store, 'reduce/spill/a.zst')).rejects.toMatchObject({ code: 'RUN_INVALID' });
  });

  it.each([['the folder'], ['the run']])('refuses what is more than may lie in %s at a time', async (where) => {
    const place = where === 'the folder' ? folder : null;
    const store = openSpillRunStore(run, { prefix: 'reduce/spill/', folder: place, maxBytes: 10 });
    await store.putStream('reduce/spill/a', bytes(6));
    const refused = store.putStream('reduce/spill/b', bytes(3, 3));
    await expect(refused).rejects.toMatchObject({ code: 'SPILL_FULL', details: { maxBytes: 10 } });
    await store.putStream('reduce/spill/c', bytes(4));
    await store.remove('reduce/spill/a');
    await store.putStream('reduce/spill/d', bytes(6));
    await store.putStream('other', bytes(100));
  });

  it('clears away what another process left in the run', async () => {
    await run.putStream('reduce/spill/old', bytes(1));
    const store = openSpillRunStore(run, { prefix: 'reduce/spill/', folder, maxBytes: null });
    await store.remove('reduce/spill/old');
    expect([...run.files.keys()]).toEqual([]);
  });
});
