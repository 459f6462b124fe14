// A file that an option names. What the operating system has against it is the user's to mend, and no bug of ours.

import { createWriteStream } from 'node:fs';
import { lstat, rename, rm } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';
import { AppError, InputError } from '@coldhunt/core';

/**
 * `option`: as the user wrote it, `--output`. A file that was not there stands whole or not at all. Throws InputError OPTION_INVALID,
 * STORAGE_FULL, and what `chunks` throws.
 */
export async function writeOutput(
  option: string,
  path: string,
  chunks: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
): Promise<void> {
  try {
    if (await isThere(path)) await pipeline(chunks, createWriteStream(path));
    else await writeWhole(path, chunks);
  } catch (error) {
    const code = error instanceof Error && 'syscall' in error && 'code' in error ? String(error.code) : null;
    if (code === null || error instanceof AppError) throw error;
    const start = `${option}: cannot write ${path}`;
    if (code === 'ENOSPC' || code === 'EDQUOT')
      throw new AppError('STORAGE_FULL', `${start}: no space left`, { cause: error });
    throw new InputError('OPTION_INVALID', `${start}: ${REASONS[code] ?? code}`, { cause: error });
  }
}

/** Throws InputError OPTION_INVALID where a plain file stands: what somebody may have sent on is not written over unasked. */
export async function requireNoFile(option: string, path: string, mend: string): Promise<void> {
  const found = await lstat(path).catch(() => null);
  if (found?.isFile() === true) throw new InputError('OPTION_INVALID', `${option}: ${path} exists: ${mend}`);
}

async function isThere(path: string): Promise<boolean> {
  return (await lstat(path).catch(() => null)) !== null;
}

async function writeWhole(path: string, chunks: AsyncIterable<Uint8Array> | Iterable<Uint8Array>): Promise<void> {
  const part = `${path}.part-${process.pid}`;
  try {
    await pipeline(chunks, createWriteStream(part));
    await rename(part, path);
  } catch (error) {
    await rm(part, { force: true }).catch(() => undefined);
    throw error;
  }
}

const REASONS: Readonly<Record<string, string>> = {
  ENOENT: 'its folder is not there',
  ENOTDIR: 'part of the path is a file',
  EISDIR: 'it is a folder: expected a file',
  EACCES: 'permission denied',
  EPERM: 'permission denied',
  EROFS: 'the file system is read-only',
};
