// What every run folder promises.

import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { listEntries, type RunStore } from '@coldhunt/core';
import { collect, patterned } from './run-archive-contract.ts';

export interface RunStoreFixture {
  readonly store: RunStore;
  close(): Promise<void>;
}

export function runRunStoreContract(name: string, createStore: () => Promise<RunStoreFixture>): void {
  describe(`a run folder ${name}`, () => {
    let fixture: RunStoreFixture;
    let store: RunStore;
    beforeEach(async () => {
      fixture = await createStore();
      store = fixture.store;
    });
    afterEach(() => fixture.close());

    it('has no file before one is written', async () => {
      expect(await store.get('scan/a.ledger.json')).toBeNull();
      expect(await paths(store, '')).toEqual([]);
      await expect(collect(store.stream('scan/a'))).rejects.toMatchObject({ code: 'RUN_INVALID' });
    });

    it('writes a file once, and tells whether it did', async () => {
      expect(await store.putOnce('plan/done.json', Buffer.from('first'))).toBe('created');
      expect(await store.putOnce('plan/done.json', Buffer.from('second'))).toBe('exists');
      expect(String(await store.get('plan/done.json'))).toBe('first');
    });

    it('tells what lies directly in a folder, and not what is deeper', async () => {
      for (const path of ['run.json', 'scan/a', 'scan/b', 'scan-2/c', 'a b é/scan/d']) {
        await store.put(path, Buffer.from('x'));
      }
      expect(await entries(store, '')).toEqual(['a b é/', 'run.json', 'scan-2/', 'scan/']);
      expect(await entries(store, 'scan/')).toEqual(['a', 'b']);
      expect(await entries(store, 'a b é/')).toEqual(['scan/']);
      expect(await entries(store, 'nothing/')).toEqual([]);
    });

    it('writes in place of another', async () => {
      await store.put('summary.json', Buffer.from('longer than the next'));
      await store.put('summary.json', Buffer.from('next'));
      expect(String(await store.get('summary.json'))).toBe('next');
    });

    it('keeps an empty file apart from none', async () => {
      await store.putOnce('alerts.ndjson', new Uint8Array());
      expect((await store.get('alerts.ndjson'))?.length).toBe(0);
      expect(await collect(store.stream('alerts.ndjson'))).toEqual(Buffer.alloc(0));
    });

    it.each([0, 5, 3 * 1024 * 1024 + 1, 20 * 1024 * 1024])(
      'streams a file of %d bytes into place and out',
      async (size) => {
        const body = patterned(size);
        await store.putStream('reduce/x', slices(body, 700_001));
        expect((await collect(store.stream('reduce/x'))).equals(body)).toBe(true);
        expect(await paths(store, '')).toEqual(['reduce/x']);
      },
    );

    it('leaves nothing of a stream that breaks, and what was there before', async () => {
      await store.put('reduce/x', Buffer.from('before'));
      const broken = new Error('broken');
      await expect(store.putStream('reduce/x', breakAfter(patterned(18 * 1024 * 1024), broken))).rejects.toBe(broken);
      await expect(store.putStream('reduce/y', breakAfter(patterned(100), broken))).rejects.toBe(broken);
      expect(String(await store.get('reduce/x'))).toBe('before');
      expect(await paths(store, '')).toEqual(['reduce/x']);
    });

    it('lists by prefix, in order', async () => {
      for (const path of ['scan/b.json', 'scan/a.json', 'scan-x', 'scan/a/b', 'plan/x', 'scan.json']) {
        await store.put(path, Buffer.from('x'));
      }
      expect(await paths(store, 'scan/')).toEqual(['scan/a.json', 'scan/a/b', 'scan/b.json']);
      expect(await paths(store, 'scan/a')).toEqual(['scan/a.json', 'scan/a/b']);
      expect(await paths(store, 'sc')).toEqual(['scan-x', 'scan.json', 'scan/a.json', 'scan/a/b', 'scan/b.json']);
      expect(await paths(store, 'nothing')).toEqual([]);
    });

    it('removes a file, also one that is not there', async () => {
      await store.put('x', Buffer.from('x'));
      await store.remove('x');
      await store.remove('x');
      expect(await store.get('x')).toBeNull();
    });

    it('keeps its own copy of the bytes', async () => {
      const body = Buffer.from('first');
      await store.put('x', body);
      body.write('other');
      expect(String(await store.get('x'))).toBe('first');
    });

    it('lets one of many writers win', async () => {
      const won = await Promise.all(
        Array.from({ length: 12 }, async (_, index) => store.putOnce('plan/done.json', Buffer.from(`writer ${index}`))),
      );
      expect(won).toContain('created');
      expect(String(await store.get('plan/done.json'))).toMatch(/^writer \d+$/);
      expect(await paths(store, '')).toEqual(['plan/done.json']);
    });

    it.each([
      '../x',
      'a/../x',
      '/x',
      '',
      'a//b',
      '.',
      'a/./b',
      'a\\b',
      'a\nb',
      'a\0b',
      '.coldhunt-part-x',
      'x'.repeat(2000),
    ])('refuses the path %j', async (path) => {
      await expect(async () => store.putOnce(path, Buffer.from('x'))).rejects.toMatchObject({ code: 'RUN_INVALID' });
      await expect(async () => store.get(path)).rejects.toMatchObject({ code: 'RUN_INVALID' });
      await expect(async () => store.remove(path)).rejects.toMatchObject({ code: 'RUN_INVALID' });
      await expect(async () => collect(store.stream(path))).rejects.toMatchObject({ code: 'RUN_INVALID' });
    });
  });
}

async function entries(store: RunStore, folder: string): Promise<string[]> {
  return (await Array.fromAsync(listEntries(store, folder))).toSorted();
}

export async function paths(store: RunStore, prefix: string): Promise<string[]> {
  const all: string[] = [];
  for await (const page of store.list(prefix)) all.push(...page);
  return all;
}

async function* slices(body: Uint8Array, size: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < body.length; at += size) yield body.subarray(at, at + size);
}

async function* breakAfter(body: Uint8Array, error: Error): AsyncGenerator<Uint8Array> {
  yield* slices(body, 1_000_000);
  throw error;
}
