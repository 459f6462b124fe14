// The paths below a run folder: relative, with `/`, and never out of it. They come from files that other processes wrote.

import { InputError } from '@coldhunt/core';

/** Names that stores use while a file is not yet whole; no list shows them. */
export const PART_PREFIX = '.coldhunt-part-';

/** Throws RUN_INVALID unless the path stays below its root. */
export function checkRunPath(path: string): void {
  const segments = path.split('/');
  const isFine =
    path.length <= 900 &&
    !/[\p{Cc}\\]/u.test(path) &&
    segments.every(
      (segment) => segment !== '' && segment !== '.' && segment !== '..' && !segment.startsWith(PART_PREFIX),
    );
  if (isFine) return;
  throw new InputError(
    'RUN_INVALID',
    `${JSON.stringify(path.slice(0, 200))} is no path of a run folder: expected names joined by /, without . and ..`,
    { details: { path: path.slice(0, 200) } },
  );
}

/** A missing file of a run, for `stream`. */
export function missingRunFile(uri: string, path: string): InputError {
  return new InputError('RUN_INVALID', `the run ${uri} has no file ${path}`, { details: { uri, path } });
}
