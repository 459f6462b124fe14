// The files of a folder -> objects of a bucket.

import { readFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { openRunStore, type S3Options } from '@coldhunt/archive';

const IN_FLIGHT = 16;

/** Copies every file below `folder` to `uri/…`, and gives how many there were. */
export async function uploadFolder(folder: string, uri: string, s3: S3Options): Promise<number> {
  const store = openRunStore(uri, { s3 });
  const files = (await readdir(folder, { recursive: true, withFileTypes: true })).filter((entry) => entry.isFile());
  const paths = files.map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1));
  for (let from = 0; from < paths.length; from += IN_FLIGHT) {
    const some = paths.slice(from, from + IN_FLIGHT);
    await Promise.all(some.map(async (path) => store.put(path, await readFile(join(folder, path)))));
  }
  await store.close?.();
  return paths.length;
}
