// Objects in memory as an archive, for tests of the stages.

import { InputError, type ListedObject, type ObjectSource } from '@coldhunt/core';
import { createMemoryObject } from '@coldhunt/formats';
import type { Shard, ShardObject } from '../src/plan/output.ts';

export type Content = Uint8Array | string | Error;

/** Objects by name; an Error is thrown when the object is read. */
export function createMemorySource(objects: Readonly<Record<string, Content>>): ObjectSource {
  const bytesOf = (uri: string): Uint8Array => {
    const content = objects[uri.slice('memory:///archive/'.length)];
    if (content === undefined) throw new InputError('OBJECT_VANISHED', `${uri} is gone`);
    if (content instanceof Error) throw content;
    return Buffer.from(content as string);
  };
  return {
    uri: 'memory:///archive/',
    async *list(): AsyncGenerator<readonly ListedObject[]> {
      yield Object.entries(objects)
        .toSorted(([a], [b]) => (a < b ? -1 : 1))
        .map(([key, content]) => ({
          uri: uriOf(key),
          key,
          size: sizeOf(content),
          etag: 'e',
          lastModifiedMs: null,
          storageClass: 'MEMORY',
          isArchived: false,
        }));
    },
    open({ uri, size, etag }) {
      const memory = (): ReturnType<typeof createMemoryObject> => createMemoryObject(uri, bytesOf(uri), { etag });
      return {
        uri,
        size,
        etag,
        versionId: null,
        async bytes(range, signal) {
          return memory().bytes(range, signal);
        },
        async *stream(range, signal) {
          yield* memory().stream(range, signal);
        },
      };
    },
  };
}

export function uriOf(key: string): string {
  return `memory:///archive/${key}`;
}

export function shardOf(objects: Readonly<Record<string, Content>>, over: Partial<Shard> = {}): Shard {
  const pinned = Object.entries(objects).map(([key, content]): ShardObject => ({
    uri: uriOf(key),
    size: sizeOf(content),
    etag: 'e',
    archive: 0,
    range: null,
    key_time: null,
  }));
  const bytes = pinned.reduce((sum, { size }) => sum + size, 0);
  return { id: 'ab'.repeat(16), sequence: 0, objects: pinned, bytes, rules: null, ...over };
}

function sizeOf(content: Content): number {
  return content instanceof Error ? 10 : Buffer.from(content as string).length;
}
