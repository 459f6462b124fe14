// What an option names on this machine must be there: it is refused before anything is run. `match` alone goes on without a file of its
// list, as grep does, and says so with exit code 3.

import { stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { InputError } from '@coldhunt/core';
import { nearPath } from './near-path.ts';

/** Throws InputError STORAGE_NOT_FOUND that names the path as it was given; what cannot be looked at is found out when it is read. */
export async function requirePath(given: string, option: string, cwd: string): Promise<void> {
  if (!(await isMissing(given, cwd))) return;
  const near = await nearPath(given, cwd);
  throw new InputError('STORAGE_NOT_FOUND', `${option} ${given}: no such file or folder`, {
    details: { hint: `looked for ${localPath(given, cwd) ?? given}${near === null ? '' : `: ${near}`}` },
  });
}

/** Whether a path or file:// URI surely names nothing. */
export async function isMissing(given: string, cwd: string): Promise<boolean> {
  const path = localPath(given, cwd);
  if (path === null) return false;
  try {
    await stat(path);
    return false;
  } catch (error) {
    return ['ENOENT', 'ENOTDIR'].includes((error as NodeJS.ErrnoException).code ?? '');
  }
}

/** null: it lies elsewhere. */
function localPath(given: string, cwd: string): string | null {
  if (!given.includes('://')) return resolve(cwd, given);
  try {
    return given.startsWith('file://') ? fileURLToPath(given) : null;
  } catch {
    return null;
  }
}
