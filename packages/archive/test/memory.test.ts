import { describe, expect, it } from 'vitest';
import { createMemoryArchive } from '../src/memory/memory-archive.ts';
import { createMemoryRunStore } from '../src/memory/memory-run-store.ts';
import { only, runArchiveContract } from './run-archive-contract.ts';
import { runRunStoreContract } from './run-run-store-contract.ts';

runArchiveContract('in memory', async () => {
  const source = createMemoryArchive();
  return {
    source,
    put: async (key, body) => source.set(key, body),
    remove: async (key) => source.delete(key),
    close: async () => undefined,
  };
});

runRunStoreContract('in memory', async () => ({ store: createMemoryRunStore(), close: async () => undefined }));

describe('an archive in memory', () => {
  it('can hold what is archived, denied and versioned', async () => {
    const archive = createMemoryArchive({ x: 'text' });
    archive.set('x', 'text', { versionId: 'v1' });
    const object = await only(archive);
    const reader = archive.open(object);
    expect(reader.versionId).toBeNull();
    await reader.bytes({ from: 0, to: 1 });
    expect(reader.versionId).toBe('v1');
    archive.set('x', 'text', { isArchived: true, storageClass: 'GLACIER' });
    await expect(reader.bytes({ from: 0, to: 1 })).rejects.toMatchObject({ code: 'OBJECT_ARCHIVED' });
    archive.set('x', 'text', { isDenied: true });
    await expect(reader.bytes({ from: 0, to: 1 })).rejects.toMatchObject({ code: 'OBJECT_DENIED' });
  });
});
