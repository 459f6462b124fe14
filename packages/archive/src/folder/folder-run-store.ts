// A run folder on a file system. A file is written beside its place under a name of its own, brought to the disk, and then linked or
// renamed into place: nobody sees half of it, and `putOnce` never writes over another (link fails where rename would not).

import { constants } from 'node:fs';
import { link, lstat, open, readdir, rename, rmdir, stat, unlink, type FileHandle } from 'node:fs/promises';
import { randomBytes } from 'node:crypto';
import { InputError, type RunStore } from '@coldhunt/core';
import { errnoOf, toStorageError } from './file-errors.ts';
import { walkFolder } from './list-folder.ts';
import { makeFolder } from './make-folder.ts';
import { toFileUri } from '../archive-uri.ts';
import { PART_PREFIX, checkRunPath, missingRunFile } from '../run-path.ts';

const PAGE = 1000;
const CHUNK_BYTES = 1024 * 1024;
const SLASH = Buffer.from('/');
/** What file systems without hard links answer. */
const NO_LINKS = new Set(['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EMLINK', 'EXDEV']);

export function openFolderRunStore(root: Buffer): RunStore {
  const uri = toFileUri(root);
  // Each after the one that it lies in.
  const made: Buffer[] = [];
  const onMade = (path: Buffer): void => void made.push(path);
  const place = (path: string): Buffer => {
    checkRunPath(path);
    return Buffer.concat([root, root.at(-1) === 0x2f ? Buffer.alloc(0) : SLASH, Buffer.from(path)]);
  };
  return {
    uri,
    putOnce: (path, body) =>
      guarded('write', toFileUri(place(path)), async () => {
        const target = place(path);
        if (await isThere(target)) return 'exists';
        const part = await writePart(target, [body], onMade);
        return linkOnce(part, target);
      }),
    put: (path, body) => guarded('write', toFileUri(place(path)), () => replace(place(path), [body], onMade)),
    putStream: (path, body) => guarded('write', toFileUri(place(path)), () => replace(place(path), body, onMade)),
    get: (path) =>
      guarded('read', toFileUri(place(path)), async () => {
        const file = await openToRead(place(path));
        if (file === null) return null;
        try {
          return await file.readFile();
        } finally {
          await file.close();
        }
      }),
    async *stream(path) {
      const target = place(path);
      const file = await guarded('read', toFileUri(target), () => openToRead(target));
      if (file === null) throw missingRunFile(uri, path);
      try {
        for (;;) {
          const chunk = await guarded('read', toFileUri(target), () => readChunk(file));
          if (chunk.length === 0) return;
          yield chunk;
        }
      } finally {
        await file.close();
      }
    },
    async *list(prefix) {
      if (!(await guarded('list', uri, () => isFolder(root)))) return;
      const wanted = Buffer.from(prefix);
      let page: string[] = [];
      for await (const files of walkFolder(root, { isWanted: (key) => isBelow(key, wanted) })) {
        for (const file of files) page.push(file.key.toString());
        if (page.length < PAGE) continue;
        yield page;
        page = [];
      }
      if (page.length > 0) yield page;
    },
    async *entries(folder) {
      const target = folder === '' ? root : place(folder.slice(0, -1));
      yield await guarded('list', toFileUri(target), () => namesIn(target));
    },
    remove: (path) =>
      guarded('remove', toFileUri(place(path)), async () => {
        await unlink(place(path)).catch((error: unknown) => {
          if (!isMissing(error)) throw error;
        });
      }),
    removeEmptyFolders: async () => {
      // What others put there, or made there since, stays.
      for (const path of made.splice(0).toReversed()) await rmdir(path).catch(() => undefined);
    },
  };
}

/** Links and special files are passed over, as in any listing. None: there is no such folder. */
async function namesIn(folder: Buffer): Promise<readonly string[]> {
  try {
    const found = await readdir(folder, { withFileTypes: true });
    return found
      .flatMap((entry) => (entry.isDirectory() ? [`${entry.name}/`] : entry.isFile() ? [entry.name] : []))
      .filter((name) => !name.startsWith(PART_PREFIX))
      .toSorted();
  } catch (error) {
    if (isMissing(error)) return [];
    throw error;
  }
}

type OnMade = (path: Buffer) => void;

async function guarded<T>(action: string, uri: string, act: () => Promise<T>): Promise<T> {
  try {
    return await act();
  } catch (error) {
    if (errnoOf(error) === 'ENOTDIR') throw placeTaken(uri);
    throw toStorageError(error, action, uri);
  }
}

function placeTaken(uri: string): InputError {
  return new InputError(
    'RUN_FOLDER_TAKEN',
    `cannot use ${uri}: the run folder, or a folder above it, is a file; choose another place`,
    { details: { uri } },
  );
}

async function replace(
  target: Buffer,
  body: Iterable<Uint8Array> | AsyncIterable<Uint8Array>,
  onMade: OnMade,
): Promise<void> {
  const part = await writePart(target, body, onMade);
  try {
    await rename(part, target);
  } catch (error) {
    await unlink(part).catch(() => undefined);
    throw error;
  }
  await syncFolder(folderOf(target));
}

async function linkOnce(part: Buffer, target: Buffer): Promise<'created' | 'exists'> {
  try {
    await link(part, target);
  } catch (error) {
    const code = errnoOf(error);
    if (code === 'EEXIST') return 'exists';
    // Without hard links the look and the rename are two steps: doctor tells that of such a folder.
    if (code === null || !NO_LINKS.has(code)) throw error;
    if (await isThere(target)) return 'exists';
    await rename(part, target);
  } finally {
    await unlink(part).catch(() => undefined);
  }
  await syncFolder(folderOf(target));
  return 'created';
}

async function writePart(
  target: Buffer,
  body: Iterable<Uint8Array> | AsyncIterable<Uint8Array>,
  onMade: OnMade,
): Promise<Buffer> {
  const folder = folderOf(target);
  const part = Buffer.concat([folder, SLASH, Buffer.from(`${PART_PREFIX}${randomBytes(9).toString('hex')}`)]);
  const file = await createPart(part, folder, onMade);
  try {
    for await (const chunk of body) await writeFully(file, chunk);
    await file.sync();
    await file.close();
    return part;
  } catch (error) {
    await file.close().catch(() => undefined);
    await unlink(part).catch(() => undefined);
    throw error;
  }
}

async function createPart(part: Buffer, folder: Buffer, onMade: OnMade): Promise<FileHandle> {
  const flags = constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL;
  try {
    return await open(part, flags, 0o644);
  } catch (error) {
    if (errnoOf(error) !== 'ENOENT') throw error;
    await makeFolder(folder, onMade);
    return open(part, flags, 0o644);
  }
}

async function writeFully(file: FileHandle, chunk: Uint8Array): Promise<void> {
  let written = 0;
  while (written < chunk.length) {
    const { bytesWritten } = await file.write(chunk, written, chunk.length - written);
    written += bytesWritten;
  }
}

// The name is in the folder: without this a power cut can lose it. Some file systems (and Windows) cannot.
async function syncFolder(folder: Buffer): Promise<void> {
  let handle: FileHandle | undefined;
  try {
    handle = await open(folder, constants.O_RDONLY);
    await handle.sync();
  } catch {
    // The file is whole all the same.
  } finally {
    await handle?.close();
  }
}

async function openToRead(path: Buffer): Promise<FileHandle | null> {
  try {
    return await open(path, constants.O_RDONLY);
  } catch (error) {
    if (isMissing(error)) return null;
    throw error;
  }
}

async function readChunk(file: FileHandle): Promise<Uint8Array> {
  const chunk = Buffer.allocUnsafeSlow(CHUNK_BYTES);
  const { bytesRead } = await file.read(chunk, 0, chunk.length, null);
  return chunk.subarray(0, bytesRead);
}

async function isThere(path: Buffer): Promise<boolean> {
  try {
    await lstat(path);
    return true;
  } catch (error) {
    if (isMissing(error)) return false;
    throw error;
  }
}

/** False: nothing is there. Throws ENOTDIR where a file is. */
async function isFolder(path: Buffer): Promise<boolean> {
  try {
    if ((await stat(path)).isDirectory()) return true;
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return false;
    throw error;
  }
  throw Object.assign(new Error('no folder'), { code: 'ENOTDIR' });
}

function isMissing(error: unknown): boolean {
  const code = errnoOf(error);
  return code === 'ENOENT' || code === 'ENOTDIR';
}

function folderOf(path: Buffer): Buffer {
  return path.subarray(0, Math.max(1, path.lastIndexOf('/')));
}

// A folder is entered when its files can begin with the prefix, or when the prefix leads into it.
function isBelow(key: Buffer, prefix: Buffer): boolean {
  if (key.at(-1) === 0x2f) {
    const length = Math.min(key.length, prefix.length);
    return key.subarray(0, length).equals(prefix.subarray(0, length));
  }
  const name = key.subarray(key.lastIndexOf('/') + 1).toString('latin1');
  return key.subarray(0, prefix.length).equals(prefix) && !name.startsWith(PART_PREFIX);
}
