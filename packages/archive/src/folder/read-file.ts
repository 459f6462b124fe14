// Reads one file of a folder archive, as it was listed: size and modification time are compared when it is opened and again at the
// end of each read, so that a file written over while we read is told, not mixed.

import { constants, type BigIntStats } from 'node:fs';
import { open, realpath, type FileHandle } from 'node:fs/promises';
import { InputError, type ByteRange, type ChunkMemory, type ObjectReader, type PinnedObject } from '@coldhunt/core';
import { errnoOf } from './file-errors.ts';
import { objectChanged, objectDenied, objectOutside, objectVanished } from '../object-errors.ts';
import { checkRange } from '../object-range.ts';

/** More at a time falls out of the processor's cache before it is searched. */
const CHUNK_BYTES = 1024 * 1024;
/** With fewer, the thread that reads and the one that searches wait for each other. */
const CHUNKS_AHEAD = 3;

/** A file's version: its size and its modification time in nanoseconds. */
export function fileEtag(stats: BigIntStats): string {
  return `${stats.size}-${stats.mtimeNs}`;
}

/** Opens a file below `root` lazily: each read opens and closes it. */
export function openFileObject(pinned: PinnedObject, path: Buffer, root: Buffer): ObjectReader {
  let isInside = false;
  const withFile = async <T>(read: (file: FileHandle) => Promise<T>): Promise<T> => {
    if (!isInside) await checkInside(pinned, path, root);
    isInside = true;
    const file = await openPinned(pinned, path);
    try {
      return await read(file);
    } finally {
      await file.close();
    }
  };
  return {
    uri: pinned.uri,
    size: pinned.size,
    etag: pinned.etag,
    versionId: null,
    async bytes(range, signal) {
      signal?.throwIfAborted();
      checkRange(pinned, range);
      return withFile(async (file) => {
        const bytes = await readFully(pinned, file, range);
        await checkUnchanged(pinned, file);
        return bytes;
      });
    },
    async *stream(range, signal, memory) {
      checkRange(pinned, range);
      if (!isInside) await checkInside(pinned, path, root);
      isInside = true;
      const file = await openPinned(pinned, path);
      const readChunk = (from: number): Promise<Uint8Array> => {
        const chunk = readFully(pinned, file, { from, to: Math.min(from + CHUNK_BYTES, range.to) }, memory);
        // What is wrong is told when the chunk is asked for.
        chunk.catch(() => {});
        return chunk;
      };
      const ahead: Promise<Uint8Array>[] = [];
      let next = range.from;
      try {
        for (let at = range.from; at < range.to; at += CHUNK_BYTES) {
          signal?.throwIfAborted();
          // The next chunks are read while this one is waited for and worked on.
          for (; ahead.length <= CHUNKS_AHEAD && next < range.to; next += CHUNK_BYTES) ahead.push(readChunk(next));
          const chunk = await ahead.shift();
          if (chunk === undefined) return;
          if (ahead.length === 0) await checkUnchanged(pinned, file);
          yield chunk;
        }
      } finally {
        await Promise.allSettled(ahead);
        await file.close();
      }
    },
  };
}

// A link in place of a folder could lead anywhere: what is read must really lie below the archive.
async function checkInside(pinned: PinnedObject, path: Buffer, root: Buffer): Promise<void> {
  try {
    const folder = await realpath(root, { encoding: 'buffer' });
    const file = await realpath(path, { encoding: 'buffer' });
    if (file.equals(folder)) return;
    const base = folder.at(-1) === 0x2f ? folder : Buffer.concat([folder, Buffer.from('/')]);
    if (!file.subarray(0, base.length).equals(base)) throw objectOutside(pinned.uri, 'folder');
  } catch (error) {
    throw toObjectError(error, pinned);
  }
}

async function openPinned(pinned: PinnedObject, path: Buffer): Promise<FileHandle> {
  let file: FileHandle | undefined;
  try {
    // Not following and not waiting: what was a file at the listing may be a link or a pipe now.
    file = await open(path, constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0));
    await checkUnchanged(pinned, file);
    return file;
  } catch (error) {
    await file?.close();
    throw toObjectError(error, pinned);
  }
}

async function checkUnchanged(pinned: PinnedObject, file: FileHandle): Promise<void> {
  const stats = await file.stat({ bigint: true });
  const etag = fileEtag(stats);
  if (etag !== pinned.etag || !stats.isFile()) throw objectChanged(pinned.uri, etag, pinned.etag);
}

async function readFully(
  pinned: PinnedObject,
  file: FileHandle,
  range: ByteRange,
  memory?: ChunkMemory,
): Promise<Uint8Array> {
  const length = range.to - range.from;
  const bytes = memory?.lend(length) ?? Buffer.allocUnsafeSlow(length);
  let filled = 0;
  try {
    while (filled < bytes.length) {
      const { bytesRead } = await file.read(bytes, filled, bytes.length - filled, range.from + filled);
      if (bytesRead === 0) throw objectChanged(pinned.uri, 'cut short', pinned.etag);
      filled += bytesRead;
    }
  } catch (error) {
    throw toObjectError(error, pinned);
  }
  return bytes;
}

function toObjectError(error: unknown, pinned: PinnedObject): unknown {
  const code = errnoOf(error);
  if (code === null || error instanceof InputError) return error;
  switch (code) {
    case 'ENOENT':
    case 'ENOTDIR':
      return objectVanished(pinned.uri);
    case 'ELOOP':
      return objectChanged(pinned.uri, 'a symbolic link', pinned.etag);
    case 'EACCES':
    case 'EPERM':
      return objectDenied(pinned.uri, `permission denied (${code})`);
    default:
      return new InputError('OBJECT_UNREADABLE', `the file cannot be read (${code})`, {
        cause: error,
        details: { uri: pinned.uri, errno: code },
      });
  }
}
