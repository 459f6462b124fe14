// Whether an archive lies at or below a place: what a process may open is named by places.

import { realpath } from 'node:fs/promises';
import { parseArchiveUri, type ArchivePlace } from './archive-uri.ts';

/** Whether it lies in one of them. Throws URI_INVALID. */
export async function liesWithinPlaces(uri: string, places: readonly string[], cwd?: string): Promise<boolean> {
  for (const place of places) if (await liesWithinPlace(uri, place, cwd)) return true;
  return false;
}

/**
 * By whole segments (`s3://b/logs-2` does not lie below `s3://b/logs`), folders by their real path: a link does not lead out of the place.
 * What is not there lies nowhere. Throws URI_INVALID.
 */
async function liesWithinPlace(uri: string, place: string, cwd?: string): Promise<boolean> {
  const inner = parseArchiveUri(uri, cwd);
  const outer = parseArchiveUri(place, cwd);
  if (inner.kind === 's3' && outer.kind === 's3')
    return inner.bucket === outer.bucket && isBelow(Buffer.from(inner.prefix), Buffer.from(outer.prefix));
  if (inner.kind === 's3' || outer.kind === 's3') return false;
  const [innerPath, outerPath] = await Promise.all([realPathOf(inner), realPathOf(outer)]);
  return innerPath !== null && outerPath !== null && isBelow(innerPath, outerPath);
}

async function realPathOf({ path }: Extract<ArchivePlace, { kind: 'folder' }>): Promise<Buffer | null> {
  try {
    return await realpath(path, { encoding: 'buffer' });
  } catch {
    return null;
  }
}

function isBelow(inner: Buffer, outer: Buffer): boolean {
  if (outer.length === 0) return true;
  return withSlash(inner).subarray(0, withSlash(outer).length).equals(withSlash(outer));
}

function withSlash(path: Buffer): Buffer {
  return path.at(-1) === 47 ? path : Buffer.concat([path, Buffer.from('/')]);
}
