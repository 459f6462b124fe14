// A place of this process's own for what does not fit into memory, taken away when its work is done.

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { RunStore } from '@coldhunt/core';
import { openRunStore } from '@coldhunt/archive';

/** Throws what the disk throws (STORAGE_FULL). */
export async function withScratch<T>(act: (scratch: RunStore) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), 'coldhunt-'));
  try {
    return await act(openRunStore(folder));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
