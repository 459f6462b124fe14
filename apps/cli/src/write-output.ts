// A file that an option names. What the operating system has against it is the user's to mend, and no bug of ours.

import { createWriteStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import { AppError, InputError } from '@coldhunt/core';

/** `option`: as the user wrote it, `--output`. Throws InputError OPTION_INVALID, STORAGE_FULL, and what `chunks` throws. */
export async function writeOutput(
  option: string,
  path: string,
  chunks: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
): Promise<void> {
  try {
    await pipeline(chunks, createWriteStream(path));
  } catch (error) {
    const code = error instanceof Error && 'syscall' in error && 'code' in error ? String(error.code) : null;
    if (code === null || error instanceof AppError) throw error;
    const start = `${option}: cannot write ${path}`;
    if (code === 'ENOSPC' || code === 'EDQUOT')
      throw new AppError('STORAGE_FULL', `${start}: no space left`, { cause: error });
    throw new InputError('OPTION_INVALID', `${start}: ${REASONS[code] ?? code}`, { cause: error });
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
