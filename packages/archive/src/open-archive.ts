// An archive's URI -> where its objects are listed and read.

import type { ObjectSource } from '@coldhunt/core';
import { parseArchiveUri } from './archive-uri.ts';
import type { ArchiveOptions } from './archive-options.ts';
import { checkS3Options } from './s3/s3-options.ts';
import { openFolderArchive } from './folder/folder-archive.ts';
import { openS3Archive } from './s3/s3-archive.ts';

/**
 * Opens `s3://bucket/prefix`, `file:///folder`, a folder or a single file. Nothing is asked of the storage before the first listing or
 * read. Throws URI_INVALID and OPTION_INVALID.
 */
export function openArchive(uri: string, options: ArchiveOptions = {}): ObjectSource {
  const place = parseArchiveUri(uri, options.cwd);
  if (place.kind === 'folder') return openFolderArchive(place.path);
  checkS3Options(options.s3 ?? {});
  return openS3Archive(place, options.s3);
}
