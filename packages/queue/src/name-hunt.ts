// A run -> the name that its hunt goes by in Redis. An entry for whoever opened its folder by a path of his own.

import { realpath } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import type { RunStore } from '@coldhunt/core';
import type { RunFile } from '@coldhunt/engine';
import type { HuntName } from './jobs.ts';

/** A folder is one and the same whatever links lead there. */
export async function nameHunt(
  { run_id: runId, generation }: Pick<RunFile, 'run_id' | 'generation'>,
  { uri }: Pick<RunStore, 'uri'>,
): Promise<HuntName> {
  return { runId, generation, folder: uri.startsWith('file:') ? await withoutLinks(uri) : uri };
}

async function withoutLinks(uri: string): Promise<string> {
  try {
    return await realpath(fileURLToPath(uri));
  } catch {
    // Gone, or its name is no text: then it goes by the name that was given.
    return uri;
  }
}
