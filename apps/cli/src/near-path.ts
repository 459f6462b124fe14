// A path that is not there -> what was probably meant, for the line under an error.

import { readdir } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { editDistance, nearestWord } from '@coldhunt/core';

/** A short name has every other short name near it: a third of it may differ. */
function isNear(name: string): (other: string) => boolean {
  const most = Math.max(1, Math.floor(name.length / 3));
  return (other) => editDistance(name, other, most + 1) <= most;
}

/** Of a larger folder the first names are enough to be helpful. */
const NAMES_READ = 10_000;

/** `did you mean ev/a.ndjson?`, or that the folder itself is missing; null: nothing comes to mind. `given`: as the user wrote it. */
export async function nearPath(given: string, cwd: string): Promise<string | null> {
  if (given.includes('://')) return null;
  const name = basename(given);
  const folder = dirname(given);
  try {
    const names = (await readdir(resolve(cwd, folder))).slice(0, NAMES_READ);
    const near = names.find((each) => each.startsWith(`${name}.`)) ?? nearestWord(name, names.filter(isNear(name)));
    return near === null ? null : `did you mean ${given.includes('/') ? join(folder, near) : near}?`;
  } catch {
    return folder === '.' || folder === '/' ? null : `there is no folder ${folder}`;
  }
}
