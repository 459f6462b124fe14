// A run folder in memory, for tests of the stages.

import { InputError, compareText, type RunStore } from '@coldhunt/core';

export interface MemoryStore extends RunStore {
  readonly files: Map<string, Uint8Array>;
}

export function createMemoryStore(): MemoryStore {
  const files = new Map<string, Uint8Array>();
  return {
    uri: 'memory:///run/',
    files,
    putOnce(path, body) {
      if (files.has(path)) return Promise.resolve('exists');
      files.set(path, Uint8Array.from(body));
      return Promise.resolve('created');
    },
    put(path, body) {
      files.set(path, Uint8Array.from(body));
      return Promise.resolve();
    },
    async putStream(path, body) {
      const chunks: Uint8Array[] = [];
      for await (const chunk of body) chunks.push(Uint8Array.from(chunk));
      files.set(path, Buffer.concat(chunks));
    },
    get: (path) => Promise.resolve(files.get(path) ?? null),
    async *stream(path) {
      const body = files.get(path);
      if (body === undefined) throw new InputError('RUN_INVALID', `${path} is not there`);
      // Odd pieces: what reads them must not rely on their cuts.
      for (let at = 0; at < body.length; at += 1021) yield body.subarray(at, at + 1021);
    },
    async *list(prefix) {
      yield [...files.keys()].filter((path) => path.startsWith(prefix)).toSorted(compareText);
    },
    remove(path) {
      files.delete(path);
      return Promise.resolve();
    },
  };
}
