// Archives of one hunt must not overlap: an object listed twice would be read, counted and alerted twice.

import { InputError } from '@coldhunt/core';

/** Throws InputError URI_INVALID when there is no archive, one lies within another, or a URI carries a user name or password. */
export function checkArchiveUris(uris: readonly string[]): void {
  if (uris.length === 0) throw new InputError('URI_INVALID', 'no archive was given: name one with --archive');
  for (const uri of uris) {
    const authority = /^[a-z][a-z0-9+.-]*:\/\/([^/]*)/i.exec(uri)?.[1] ?? '';
    if (!authority.includes('@')) continue;
    throw new InputError('URI_INVALID', 'an archive URI holds no user name or password: they would stand in run.json');
  }
  for (const [index, outer] of uris.entries()) {
    for (const [at, inner] of uris.entries()) {
      if (index === at || !liesWithin(inner, outer)) continue;
      throw new InputError(
        'URI_INVALID',
        inner === outer
          ? `the archive ${inner} was given twice`
          : `the archive ${inner} lies within ${outer}: its objects would be read twice; give one of them`,
        { details: { inner, outer } },
      );
    }
  }
}

/** Whether an object or folder is an archive or lies below it. */
export function liesWithin(uri: string, archiveUri: string): boolean {
  return uri === archiveUri || uri.startsWith(archiveUri.endsWith('/') ? archiveUri : `${archiveUri}/`);
}
