// Whether what a night has left stands as it was written, before another night rests on it.

import { InputError, type RunStore } from '@coldhunt/core';
import { readMatchesWhole, type MatchesFile } from '../scan/output.ts';

/** Whether a file is whole and holds what its record says; one that is gone is not. Throws InputError RUN_FORMAT_NEWER. */
export async function checkMatches(store: RunStore, file: MatchesFile): Promise<boolean> {
  try {
    await readMatchesWhole(store, file);
    return true;
  } catch (error) {
    if (error instanceof InputError && error.code !== 'RUN_FORMAT_NEWER') return false;
    throw error;
  }
}
