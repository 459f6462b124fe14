// A run folder that is read and never written: what a stage makes again goes beside it, to be held against what stands.

import type { RunStore } from '@coldhunt/core';

const MADE_ANEW = /^reduce\/(?!records-\d+\.zst$)/;

/** Reads from the run but for what a reduction makes, which is made anew; writes to `scratch`, which whoever gave it empties. */
export function createShadowStore(run: RunStore, scratch: RunStore): RunStore {
  const written = new Set<string>();
  const isOurs = (path: string): boolean => written.has(path) || MADE_ANEW.test(path);
  return {
    uri: run.uri,
    async putOnce(path, body) {
      if (isOurs(path) ? (await scratch.get(path)) !== null : (await run.get(path)) !== null) return 'exists';
      written.add(path);
      return scratch.putOnce(path, body);
    },
    put(path, body) {
      written.add(path);
      return scratch.put(path, body);
    },
    putStream(path, body) {
      written.add(path);
      return scratch.putStream(path, body);
    },
    get: (path) => (isOurs(path) ? scratch : run).get(path),
    stream: (path) => (isOurs(path) ? scratch : run).stream(path),
    list: (prefix) => (MADE_ANEW.test(prefix) ? scratch : run).list(prefix),
    async remove(path) {
      if (written.delete(path)) await scratch.remove(path);
    },
  };
}
