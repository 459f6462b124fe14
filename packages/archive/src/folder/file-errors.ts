// What the operating system says about a file -> our errors, with the path and what to do.

import { AppError, InputError, TransientError } from '@coldhunt/core';

/** The errno code of a system error (`ENOENT`), or null for anything else. */
export function errnoOf(error: unknown): string | null {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : null;
}

/** The error of a run folder, or of the archive's own folder. `action`: what was tried, as in `cannot write`. */
export function toStorageError(error: unknown, action: string, uri: string): unknown {
  const code = errnoOf(error);
  if (code === null || error instanceof AppError) return error;
  const details = { uri, errno: code };
  const options = { cause: error, details };
  const start = `cannot ${action} ${uri}`;
  switch (code) {
    case 'ENOSPC':
    case 'EDQUOT':
      return new AppError('STORAGE_FULL', `${start}: no space left (${code}); make room, then resume`, options);
    case 'EROFS':
      return new InputError('STORAGE_DENIED', `${start}: the file system is read-only`, options);
    case 'EACCES':
    case 'EPERM':
      return new InputError('STORAGE_DENIED', `${start}: permission denied (${code})`, options);
    case 'ENOENT':
      return new InputError('STORAGE_NOT_FOUND', `${start}: no such file or folder`, options);
    case 'ENOTDIR':
      return new InputError('STORAGE_NOT_FOUND', `${start}: part of the path is a file, not a folder`, options);
    case 'ENAMETOOLONG':
      return new InputError('STORAGE_FAILED', `${start}: the name is too long for this file system`, options);
    case 'EMFILE':
    case 'ENFILE':
      return new TransientError(
        'STORAGE_UNAVAILABLE',
        `${start}: too many open files (${code}); raise ulimit -n`,
        options,
      );
    case 'EBUSY':
    case 'EAGAIN':
    case 'ESTALE':
    case 'ETIMEDOUT':
      return new TransientError('STORAGE_UNAVAILABLE', `${start}: the file system does not answer (${code})`, options);
    default:
      return new AppError('STORAGE_FAILED', `${start}: ${code}`, options);
  }
}
