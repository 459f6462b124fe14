// A run folder on disk that several processes of a test reach. The real one is the archive package's, which the queue does not know.

import { randomUUID } from 'node:crypto';
import { link, mkdir, readFile, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { RunStore } from '@coldhunt/core';

export function openFolderStore(folder: string): RunStore {
  const write = async (path: string, body: Uint8Array): Promise<string> => {
    const temporary = join(folder, `.tmp-${randomUUID()}`);
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(temporary, body);
    return temporary;
  };
  const get = async (path: string): Promise<Uint8Array | null> => readFile(join(folder, path)).catch(() => null);
  return {
    uri: `file://${folder}/`,
    async putOnce(path, body) {
      const temporary = await write(path, body);
      try {
        await link(temporary, join(folder, path));
        return 'created';
      } catch {
        return 'exists';
      } finally {
        await rm(temporary);
      }
    },
    put: async (path, body) => rename(await write(path, body), join(folder, path)),
    async putStream(path, body) {
      const chunks: Uint8Array[] = [];
      for await (const chunk of body) chunks.push(chunk);
      await rename(await write(path, Buffer.concat(chunks)), join(folder, path));
    },
    get,
    async *stream(path) {
      const body = await get(path);
      if (body !== null) yield body;
    },
    async *list(prefix) {
      const entries = await readdir(folder, { recursive: true });
      yield entries.filter((path) => path.startsWith(prefix)).toSorted();
    },
    remove: (path) => rm(join(folder, path), { force: true }),
  };
}
