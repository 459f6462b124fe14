// A damaged file of a run -> the same run without it, and without whatever else is damaged of its kind: what a stage finds missing it
// makes again, to the same bytes.

import { InputError, damagedPath, type RunStore } from '@coldhunt/core';
import { listRecords, readMatchesWhole, readRecord } from '../scan/output.ts';

/** How often a run is mended before its damage is told as it is: storage that damages what it keeps is no place for a run. */
export const MOST_MENDS = 3;

/**
 * Takes away what the error names. False: the error is about no damaged file, or about one that cannot be made again (run.json, and
 * plan/done.json, which pins the listing). A store whose rights do not reach so far throws its own error.
 */
export async function mendRun(store: RunStore, error: unknown): Promise<boolean> {
  const path = damagedPath(error);
  if (path === null) return false;
  if (path.startsWith('scan/')) {
    await removeDamagedScans(store);
    return true;
  }
  if (!path.startsWith('reduce/')) return false;
  // A part's mark and what it raised belong together.
  const mark = path.replace(/\.alerts\.zst$/, '.json');
  await store.remove(mark);
  if (mark !== path) await store.remove(path);
  return true;
}

async function removeDamagedScans(store: RunStore): Promise<void> {
  for (const found of (await listRecords(store)).values()) {
    const damaged = await damageOf(store, found);
    for (const path of damaged) await store.remove(path);
  }
}

/** A record that is damaged, or one with the damaged matches files that it names: those first, it says where they are. */
async function damageOf(store: RunStore, found: Parameters<typeof readRecord>[1]): Promise<readonly string[]> {
  const damaged: string[] = [];
  try {
    const { stored } = await readRecord(store, found);
    if (stored.kind === 'files') {
      for (const file of stored.files) {
        if (!(await isIntact(readMatchesWhole(store, file)))) damaged.push(file.path);
      }
    }
    return damaged.length === 0 ? [] : [...damaged, found.path];
  } catch (error) {
    if (damagedPath(error) === null) throw error;
    return [found.path];
  }
}

async function isIntact(reading: Promise<void>): Promise<boolean> {
  try {
    await reading;
    return true;
  } catch (error) {
    // A file that is gone counts as damaged.
    if (error instanceof InputError && (error.code === 'RUN_DAMAGED' || error.code === 'RUN_INVALID')) return false;
    throw error;
  }
}
