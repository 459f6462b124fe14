// A run folder in memory, for tests and for what needs no folder.

import type { RunStore } from '@coldhunt/core';
import { checkRunPath, missingRunFile } from '../run-path.ts';

const PAGE = 1000;
const CHUNK_BYTES = 1024 * 1024;

export interface MemoryRunStore extends RunStore {
  /** All files, for comparisons. */
  readonly files: ReadonlyMap<string, Uint8Array>;
}

export function createMemoryRunStore(uri = 'memory://run'): MemoryRunStore {
  const files = new Map<string, Uint8Array>();
  return {
    uri,
    files,
    async putOnce(path, body) {
      checkRunPath(path);
      if (files.has(path)) return 'exists';
      files.set(path, Buffer.from(body));
      return 'created';
    },
    async put(path, body) {
      checkRunPath(path);
      files.set(path, Buffer.from(body));
    },
    async putStream(path, body) {
      checkRunPath(path);
      const parts: Uint8Array[] = [];
      for await (const part of body) parts.push(Buffer.from(part));
      files.set(path, Buffer.concat(parts));
    },
    async get(path) {
      checkRunPath(path);
      const file = files.get(path);
      return file === undefined ? null : Buffer.from(file);
    },
    async *stream(path) {
      checkRunPath(path);
      const file = files.get(path);
      if (file === undefined) throw missingRunFile(uri, path);
      for (let at = 0; at < file.length; at += CHUNK_BYTES) yield Buffer.from(file.subarray(at, at + CHUNK_BYTES));
    },
    async *list(prefix) {
      const paths = [...files.keys()].filter((path) => path.startsWith(prefix));
      paths.sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
      for (let at = 0; at < paths.length; at += PAGE) yield paths.slice(at, at + PAGE);
    },
    async remove(path) {
      checkRunPath(path);
      files.delete(path);
    },
  };
}
