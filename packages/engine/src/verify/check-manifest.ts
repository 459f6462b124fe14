// Every file of a run against a manifest: its own, or one that was kept elsewhere.

import { AppError, compareText, damagedPath, type RunStore } from '@coldhunt/core';
import { readAhead } from '../reduce/output.ts';
import { SpillSorter } from '../reduce/spill-sorter.ts';
import { hashFile, readManifest, type ManifestFile } from '../report/manifest.ts';
import type { Tell } from './finding.ts';
import { flatten } from './planned-objects.ts';

const FILES_AT_ONCE = 16;
/** How the work went: nothing rests on it, and a worker may write it after everything else. */
const STATS = /^scan\/[0-9a-f]+\.stats-\d+\.json$/;
/** Not of the manifest, or of the time after it. */
const BESIDE = /^(?:manifest\.json$|tombstone\.json$|reduce\/spill\/)/;

export interface CheckManifestOptions {
  readonly store: RunStore;
  readonly manifest: AsyncIterable<Uint8Array>;
  /** Whether this file was taken away on purpose. */
  readonly isPruned: (file: ManifestFile) => boolean;
  readonly scratch: RunStore;
  readonly tell: Tell;
  readonly signal?: AbortSignal | undefined;
}

/** Gives how many files are what the manifest says. */
export async function checkManifest(options: CheckManifestOptions): Promise<number> {
  const { store, manifest, scratch, tell, signal } = options;
  const say = (path: string, message: string): void =>
    tell({ check: 'file', state: STATS.test(path) ? 'changed' : 'wrong', where: path, message });
  const known = createPathSorter(scratch);
  const there = createPathSorter(scratch);
  let held = 0;
  try {
    for await (const { file, wrong } of readAhead(filesOf(manifest), FILES_AT_ONCE, (entry) => check(entry, options))) {
      signal?.throwIfAborted();
      await known.add(file.path);
      if (wrong === null) held += 1;
      else say(file.path, wrong);
    }
    for await (const paths of store.list('')) for (const path of paths) if (!BESIDE.test(path)) await there.add(path);
    for await (const path of missingIn(flatten(there.sorted()), flatten(known.sorted()))) {
      say(path, 'the manifest does not have this file');
    }
  } catch (error) {
    if (damagedPath(error) === null) throw error;
    tell({ check: 'file', state: 'wrong', where: 'manifest.json', message: (error as AppError).message });
  } finally {
    await Promise.all([known.clear(), there.clear()]);
  }
  return held;
}

async function* filesOf(manifest: AsyncIterable<Uint8Array>): AsyncGenerator<ManifestFile> {
  for await (const entry of readManifest(manifest)) if (entry.kind === 'file') yield entry.file;
}

async function check(
  file: ManifestFile,
  { store, isPruned }: CheckManifestOptions,
): Promise<{ readonly file: ManifestFile; readonly wrong: string | null }> {
  try {
    const found = await hashFile(store, file.path);
    if (found.sha256 === file.sha256) return { file, wrong: null };
    return { file, wrong: `it hashes to ${found.sha256}, the manifest says ${file.sha256}` };
  } catch (error) {
    if (!(error instanceof AppError) || error.code !== 'RUN_INVALID') throw error;
    return { file, wrong: isPruned(file) ? null : 'it is gone' };
  }
}

function createPathSorter(scratch: RunStore): SpillSorter<string> {
  return new SpillSorter<string>(scratch, { compare: compareText, encode: (path) => path, decode: (line) => line });
}

/** What is there and not known; both in order. */
async function* missingIn(there: AsyncGenerator<string>, known: AsyncGenerator<string>): AsyncGenerator<string> {
  let next = await known.next();
  for await (const path of there) {
    while (next.done !== true && compareText(next.value, path) < 0) next = await known.next();
    if (next.done === true || next.value !== path) yield path;
  }
}
