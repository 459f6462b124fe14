// A folder (or one file) as an archive. Keys are the paths below it; of one file its name.

import type { BigIntStats } from 'node:fs';
import { stat } from 'node:fs/promises';
import { InputError, type ListedObject, type ObjectSource } from '@coldhunt/core';
import { toStorageError } from './file-errors.ts';
import { walkFolder, type FoundFile } from './list-folder.ts';
import { fileEtag, openFileObject } from './read-file.ts';
import { decodeBytes, toFileUri } from '../archive-uri.ts';
import { objectOutside } from '../object-errors.ts';

const PAGE = 1000;

export function openFolderArchive(root: Buffer): ObjectSource {
  const uri = toFileUri(root);
  const below = uri.endsWith('/') ? uri : `${uri}/`;
  return {
    uri,
    async *list(signal) {
      const stats = await lookUpRoot(root, uri);
      if (stats.isFile()) {
        const key = root.subarray(root.lastIndexOf('/') + 1);
        yield [toListed({ path: root, key, stats, passedOver: undefined })];
        return;
      }
      if (!stats.isDirectory()) throw notAnArchive(uri);
      let page: ListedObject[] = [];
      for await (const files of walkFolder(root, { tellsAll: true, signal })) {
        for (const file of files) page.push(toListed(file));
        if (page.length < PAGE) continue;
        yield page;
        page = [];
      }
      if (page.length > 0) yield page;
    },
    open(object) {
      if (object.uri !== uri && !object.uri.startsWith(below)) throw objectOutside(object.uri, uri);
      const path = decodeBytes(object.uri, object.uri.slice('file://'.length));
      // One URI a file: what a `..` or another spelling would reach is none that was listed.
      if (toFileUri(path) !== object.uri || hasDotSegment(path)) throw objectOutside(object.uri, uri);
      return openFileObject(object, path, root);
    },
  };
}

function toListed({ path, key, stats, passedOver }: FoundFile): ListedObject {
  return {
    uri: toFileUri(path),
    key: key.toString(),
    // The size of a link is that of its own text.
    size: stats.isFile() ? Number(stats.size) : 0,
    etag: fileEtag(stats),
    lastModifiedMs: Number(stats.mtimeMs),
    storageClass: 'FILE',
    isArchived: false,
    ...(passedOver === undefined ? {} : { passedOver }),
  };
}

async function lookUpRoot(root: Buffer, uri: string): Promise<BigIntStats> {
  try {
    return await stat(root, { bigint: true });
  } catch (error) {
    throw toStorageError(error, 'read the archive', uri);
  }
}

function hasDotSegment(path: Buffer): boolean {
  return path
    .toString('latin1')
    .split('/')
    .some((segment) => segment === '.' || segment === '..' || segment.includes('\0'));
}

function notAnArchive(uri: string): InputError {
  return new InputError('STORAGE_NOT_FOUND', `${uri} is neither a folder nor a file`, { details: { uri } });
}
