// A folder and those above it. Not node's recursive mkdir: on a file system that answers ENOENT to every mkdir (/proc) that one tries for ever.

import { mkdir } from 'node:fs/promises';
import { InputError } from '@coldhunt/core';
import { errnoOf } from './file-errors.ts';
import { toFileUri } from '../archive-uri.ts';

/** Makes what is missing of a path; `onMade` is told of each folder, the outermost first. Throws system errors, and STORAGE_DENIED where the file system takes no folders. */
export async function makeFolder(path: Buffer, onMade?: (path: Buffer) => void): Promise<void> {
  const make = async (): Promise<boolean> => {
    const found = await tryMake(path);
    if (found === 'made') onMade?.(path);
    return found !== 'no parent';
  };
  if (await make()) return;
  const slash = path.lastIndexOf('/');
  if (slash > 0) await makeFolder(path.subarray(0, slash), onMade);
  if (await make()) return;
  const uri = toFileUri(path);
  throw new InputError('STORAGE_DENIED', `cannot make the folder ${uri}: this file system takes no folders`, {
    details: { uri },
  });
}

async function tryMake(path: Buffer): Promise<'made' | 'there' | 'no parent'> {
  try {
    await mkdir(path);
    return 'made';
  } catch (error) {
    const code = errnoOf(error);
    // What is there may be a file: whoever opens something in it is told.
    if (code === 'EEXIST') return 'there';
    if (code === 'ENOENT') return 'no parent';
    throw error;
  }
}
