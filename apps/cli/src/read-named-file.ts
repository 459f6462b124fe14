// A small file that an option names -> its text. What is wrong with the name is the user's to mend, and said without the system's words.

import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { InputError, type ErrorCode } from '@coldhunt/core';
import { nearPath } from './near-path.ts';

export interface NamedFile {
  /** As the message begins: `--exceptions`. */
  readonly option: string;
  readonly code?: ErrorCode;
  /** Default: the process's own. */
  readonly cwd?: string;
}

/** Throws InputError (default OPTION_INVALID) that names the file as it was given, with the file that was probably meant. */
export async function readNamedFile(
  path: string,
  { option, code = 'OPTION_INVALID', cwd }: NamedFile,
): Promise<string> {
  const from = cwd ?? process.cwd();
  try {
    return await readFile(resolve(from, path), 'utf8');
  } catch (error) {
    const reason = (error as NodeJS.ErrnoException).code ?? '';
    const hint = reason === 'ENOENT' || reason === 'ENOTDIR' ? await nearPath(path, from) : null;
    const why = REASONS[reason] ?? (error as Error).message;
    throw new InputError(code, `${option}: cannot read ${path}: ${why}`, {
      cause: error,
      ...(hint === null ? {} : { details: { hint } }),
    });
  }
}

const REASONS: Readonly<Record<string, string>> = {
  ENOENT: 'no such file',
  ENOTDIR: 'part of the path is a file',
  EISDIR: 'it is a folder: expected a file',
  EACCES: 'permission denied',
  EPERM: 'permission denied',
};
