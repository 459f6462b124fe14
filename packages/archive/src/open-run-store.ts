// A run folder's URI -> where the files of a run are written and read.

import type { RunStore } from '@coldhunt/core';
import { parseArchiveUri } from './archive-uri.ts';
import type { ArchiveOptions } from './archive-options.ts';
import { checkS3Options } from './s3/s3-options.ts';
import { openFolderRunStore } from './folder/folder-run-store.ts';
import { openS3RunStore } from './s3/s3-run-store.ts';

/** Opens the run folder at a path, `file:///…` or `s3://bucket/prefix`; it is made with its first file. Throws URI_INVALID and OPTION_INVALID. */
export function openRunStore(uri: string, options: ArchiveOptions = {}): RunStore {
  const place = parseArchiveUri(uri, options.cwd);
  if (place.kind === 'folder') return openFolderRunStore(place.path);
  checkS3Options(options.s3 ?? {});
  return openS3RunStore(place, options.s3);
}
