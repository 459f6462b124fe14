// A folder of a store, as a store of its own: each night's run folder lies in the workspace.

import { listEntries, type RunStore } from '@coldhunt/core';

/** `folder`: relative, with its slash. */
export function folderStore(store: RunStore, folder: string): RunStore {
  return {
    uri: `${store.uri.replace(/\/$/, '')}/${folder.replace(/\/$/, '')}`,
    putOnce: (path, body) => store.putOnce(folder + path, body),
    put: (path, body) => store.put(folder + path, body),
    putStream: (path, body) => store.putStream(folder + path, body),
    get: (path) => store.get(folder + path),
    stream: (path) => store.stream(folder + path),
    async *list(prefix) {
      for await (const paths of store.list(folder + prefix)) yield paths.map((path) => path.slice(folder.length));
    },
    entries: (below) => entriesBelow(store, folder + below),
    remove: (path) => store.remove(folder + path),
  };
}

async function* entriesBelow(store: RunStore, folder: string): AsyncGenerator<readonly string[]> {
  for await (const name of listEntries(store, folder)) yield [name];
}
