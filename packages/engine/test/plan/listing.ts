// A listing from plain values, in pages of any length, for tests of the planner.

import type { ListedObject, ObjectSource } from '@coldhunt/core';

export const ARCHIVE_URI = 's3://logs/events';

export function listed(key: string, over: Partial<ListedObject> = {}): ListedObject {
  return {
    uri: `${ARCHIVE_URI}/${encodeURI(key)}`,
    key,
    size: 1_000,
    etag: `"${key}"`,
    lastModifiedMs: null,
    storageClass: 'STANDARD',
    isArchived: false,
    ...over,
  };
}

/** Pages of `pageSize` objects; nothing can be read from it. */
export function createListing(
  objects: Iterable<ListedObject>,
  { uri = ARCHIVE_URI, pageSize = 1_000 }: { readonly uri?: string; readonly pageSize?: number } = {},
): ObjectSource {
  return {
    uri,
    async *list() {
      let page: ListedObject[] = [];
      for (const object of objects) {
        page.push(object);
        if (page.length < pageSize) continue;
        yield page;
        page = [];
      }
      if (page.length > 0) yield page;
    },
    open({ uri: opened }) {
      throw new Error(`a plan reads listings only, not ${opened}`);
    },
  };
}
