// What lies directly in a folder of a store: a large tree need not be walked to see its top.

import type { RunStore } from './storage.ts';

/** `folder`: empty, or with its slash. Names without what leads to them, those of folders with a slash; in order of the store, each once. */
export async function* listEntries(store: RunStore, folder: string): AsyncGenerator<string> {
  if (store.entries !== undefined) {
    for await (const names of store.entries(folder)) yield* names;
    return;
  }
  let last = '';
  for await (const paths of store.list(folder)) {
    for (const path of paths) {
      const name = /^[^/]*\/?/.exec(path.slice(folder.length))?.[0] ?? '';
      if (name !== last && name !== '') yield name;
      last = name;
    }
  }
}
