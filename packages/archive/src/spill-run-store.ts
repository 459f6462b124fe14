// A run folder whose intermediate sorts lie elsewhere: on a disk of this machine, up to so many bytes. What a process spills is read by
// nobody else, so that no other sees a difference.

import { AppError, countOf, type RunStore } from '@coldhunt/core';
import { openFolderRunStore } from './folder/folder-run-store.ts';

export interface SpillOptions {
  /** Files below it are spilled: `reduce/spill/`. */
  readonly prefix: string;
  /** Where to: a folder that nobody else uses. null: the run folder. */
  readonly folder: string | null;
  /** Bytes that may lie there at a time; null: as many as there is room for. */
  readonly maxBytes: number | null;
}

/** What is written beyond the limit throws AppError SPILL_FULL. Who named the folder takes it away. */
export function openSpillRunStore(store: RunStore, { prefix, folder, maxBytes }: SpillOptions): RunStore {
  const spills = folder === null ? store : openFolderRunStore(Buffer.from(folder));
  const sizes = new Map<string, number>();
  let spilled = 0;
  const take = (path: string, bytes: number): void => {
    sizes.set(path, (sizes.get(path) ?? 0) + bytes);
    spilled += bytes;
    if (maxBytes !== null && spilled > maxBytes) throw full(spills.uri, maxBytes);
  };
  const give = (path: string): void => {
    spilled -= sizes.get(path) ?? 0;
    sizes.delete(path);
  };
  async function* counted(path: string, body: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
    for await (const chunk of body) {
      take(path, chunk.length);
      yield chunk;
    }
  }
  const placeOf = (path: string): RunStore => (path.startsWith(prefix) ? spills : store);
  return {
    ...store,
    putStream: async (path, body) => {
      if (!path.startsWith(prefix)) return store.putStream(path, body);
      give(path);
      try {
        await spills.putStream(path, counted(path, body));
      } catch (error) {
        give(path);
        throw error;
      }
    },
    stream: (path) => placeOf(path).stream(path),
    remove: async (path) => {
      // Who clears away what others left names what lies in the run folder.
      await (sizes.has(path) ? spills : store).remove(path);
      give(path);
    },
  };
}

function full(uri: string, maxBytes: number): AppError {
  return new AppError(
    'SPILL_FULL',
    `sorting needs more than the ${countOf(maxBytes, 'byte')} that --max-spill allows in ${uri}: raise it, or give more --partitions`,
    { details: { uri, maxBytes } },
  );
}
