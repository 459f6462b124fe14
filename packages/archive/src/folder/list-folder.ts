// Walks a folder in the order in which S3 would list it: by the bytes of the whole key. A folder therefore sorts as its name with
// a slash. Memory holds the names of the folders on the path, never those of the whole tree. Symbolic links are not followed.

import type { BigIntStats, Dirent } from 'node:fs';
import type { ListedObject } from '@coldhunt/core';
import { lstat, readdir } from 'node:fs/promises';
import { errnoOf, toStorageError } from './file-errors.ts';
import { isRunDescription, isRunFile } from './run-folder.ts';
import { toFileUri } from '../archive-uri.ts';

const SLASH = Buffer.from('/');
/** How many files are looked up at a time: enough to keep a disk busy. */
const LOOKUPS = 64;

export interface FoundFile {
  readonly path: Buffer;
  /** Below the root, as bytes. */
  readonly key: Buffer;
  readonly stats: BigIntStats;
  /** Always undefined unless `tellsAll`. */
  readonly passedOver: ListedObject['passedOver'];
}

export interface WalkOptions {
  /** Folders are entered and files told only when this says so; of folders the key ends with a slash. */
  readonly isWanted?: ((key: Buffer) => boolean) | undefined;
  /** Whether files of run folders are told apart, and links and special files told at all. */
  readonly tellsAll?: boolean | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** Yields files in groups, in key order. A file or folder that vanishes while we walk was never there; one that may not be read is an error. */
export async function* walkFolder(root: Buffer, options: WalkOptions = {}): AsyncGenerator<FoundFile[]> {
  yield* walk({ path: root, key: Buffer.alloc(0), runKey: null }, options);
}

interface Folder {
  readonly path: Buffer;
  /** Empty, or with a slash at its end. */
  readonly key: Buffer;
  /** The key of the run folder that this is, or lies in; null: none. */
  readonly runKey: Buffer | null;
}

async function* walk(folder: Folder, options: WalkOptions): AsyncGenerator<FoundFile[]> {
  options.signal?.throwIfAborted();
  let waiting: Entry[] = [];
  const entries = await readEntries(folder.path, folder.key);
  const isRun = options.tellsAll === true && (await isRunFolder(folder, entries));
  const runKey = isRun ? folder.key : folder.runKey;
  for (const entry of entries) {
    if (options.isWanted !== undefined && !options.isWanted(entry.key)) continue;
    if (isPassedOver(entry) && options.tellsAll !== true) continue;
    if (entry.kind === 'folder') {
      if (waiting.length > 0) yield await lookUp(waiting, runKey);
      waiting = [];
      yield* walk({ path: entry.path, key: entry.key, runKey }, options);
    } else {
      waiting.push(entry);
      if (waiting.length < LOOKUPS) continue;
      yield await lookUp(waiting, runKey);
      waiting = [];
      options.signal?.throwIfAborted();
    }
  }
  if (waiting.length > 0) yield await lookUp(waiting, runKey);
}

interface Entry {
  readonly kind: 'file' | 'folder' | 'symbolic-link' | 'special-file';
  readonly path: Buffer;
  readonly key: Buffer;
}

function isPassedOver({ kind }: Entry): boolean {
  return kind === 'symbolic-link' || kind === 'special-file';
}

async function isRunFolder({ key }: Folder, entries: readonly Entry[]): Promise<boolean> {
  const named = (kind: Entry['kind'], name: string): Entry | undefined =>
    entries.find((entry) => entry.kind === kind && entry.key.subarray(key.length).equals(Buffer.from(name)));
  const description = named('file', 'run.json');
  return description !== undefined && named('folder', 'plan/') !== undefined && isRunDescription(description.path);
}

async function readEntries(folder: Buffer, keyPrefix: Buffer): Promise<Entry[]> {
  const found = await readNames(folder, keyPrefix.length === 0);
  const base = folder.at(-1) === 0x2f ? folder : Buffer.concat([folder, SLASH]);
  const entries: Entry[] = [];
  for (const entry of found) {
    const path = Buffer.concat([base, entry.name]);
    const key = Buffer.concat([keyPrefix, entry.name]);
    const isUnknown = !entry.isFile() && !entry.isDirectory() && !entry.isSymbolicLink() && !isSpecial(entry);
    const type = isUnknown ? await lookUpOne(path) : entry;
    if (type === null) continue;
    if (type.isDirectory()) entries.push({ kind: 'folder', path, key: Buffer.concat([key, SLASH]) });
    else if (type.isFile()) entries.push({ kind: 'file', path, key });
    else entries.push({ kind: type.isSymbolicLink() ? 'symbolic-link' : 'special-file', path, key });
  }
  return entries.sort((a, b) => Buffer.compare(a.key, b.key));
}

// Some file systems do not tell the type with the name.
function isSpecial(entry: Dirent<Buffer>): boolean {
  return entry.isFIFO() || entry.isSocket() || entry.isBlockDevice() || entry.isCharacterDevice();
}

async function readNames(folder: Buffer, isRoot: boolean): Promise<Dirent<Buffer>[]> {
  try {
    return await readdir(folder, { withFileTypes: true, encoding: 'buffer' });
  } catch (error) {
    if (!isRoot && isGone(error)) return [];
    throw toStorageError(error, 'list', toFileUri(folder));
  }
}

async function lookUp(entries: readonly Entry[], runKey: Buffer | null): Promise<FoundFile[]> {
  const all = await Promise.all(entries.map(async (entry) => ({ entry, stats: await lookUpOne(entry.path) })));
  return all.flatMap(({ entry, stats }): readonly FoundFile[] => {
    const { kind, path, key } = entry;
    if (stats === null) return [];
    if (kind === 'symbolic-link' || kind === 'special-file') return [{ path, key, stats, passedOver: kind }];
    if (!stats.isFile()) return [];
    const isOfRun = runKey !== null && isRunFile(key.toString('utf8', runKey.length));
    return [{ path, key, stats, passedOver: isOfRun ? 'run-folder' : undefined }];
  });
}

async function lookUpOne(path: Buffer): Promise<BigIntStats | null> {
  try {
    return await lstat(path, { bigint: true });
  } catch (error) {
    if (isGone(error)) return null;
    throw toStorageError(error, 'look up', toFileUri(path));
  }
}

function isGone(error: unknown): boolean {
  const code = errnoOf(error);
  return code === 'ENOENT' || code === 'ENOTDIR';
}
