// What a night has left and is damaged by now -> the same again: the night is worked out once more from its run folder and from the night
// before, and must give what its file says. Nothing of the archive is read for it that stands in the run folder.

import { damagedFile, damagedPath, sha256Hex, toAppError, type RunStore } from '@coldhunt/core';
import { checkMatches } from '@coldhunt/engine';
import { folderStore } from './folder-store.ts';
import { nightFolder, nightNumbers, readNight, removeNight, type Night } from './night-file.ts';
import type { DueNightsOptions } from './run-due-nights.ts';

/** Errors that a damaged or vanished file may give. */
const SUSPECT: ReadonlySet<string> = new Set(['RUN_DAMAGED', 'RUN_INVALID', 'STORAGE_NOT_FOUND']);

export interface RestoreOptions extends Pick<DueNightsOptions, 'workspace' | 'watch' | 'run'> {
  /** What is told of each night that was restored. */
  readonly onRestored: (text: string) => void;
}

/** The last night, without those whose own file is damaged: they are run again, from the one before. Throws what is no damage. */
export async function lastSoundNight({
  workspace,
  onRestored,
}: Pick<RestoreOptions, 'workspace' | 'onRestored'>): Promise<Night | null> {
  for (;;) {
    const last = (await nightNumbers(workspace)).at(-1);
    if (last === undefined) return null;
    try {
      return await readNight(workspace, last);
    } catch (error) {
      if (damagedPath(error) === null) throw error;
      await removeNight(workspace, last);
      onRestored(
        `${toAppError(error).message}: night ${last} is run again from ${last === 1 ? 'the beginning' : `what night ${last - 1} has left`}`,
      );
    }
  }
}

/** Whether a night failed for what earlier ones had left, and that stands again. Throws InputError RUN_DAMAGED where it cannot. */
export async function restoreNights(before: Night | null, error: unknown, options: RestoreOptions): Promise<boolean> {
  if (before === null || !SUSPECT.has(toAppError(error).code)) return false;
  const { workspace, watch, run, onRestored } = options;
  const damaged = await damagedNights(workspace, before);
  for (const [number, path] of damaged) {
    const night = await readNight(workspace, number);
    await run({
      workspace,
      watch,
      before: number === 1 ? null : await readNight(workspace, number - 1),
      range: { fromMs: Date.parse(night.from), toMs: Date.parse(night.to) },
      again: night,
    });
    onRestored(
      `${path} was damaged: night ${number} has left it again, worked out from its run folder and the night before`,
    );
  }
  const [still] = (await damagedNights(workspace, before)).values();
  if (still !== undefined)
    throw damagedFile(still, 'and its night does not give it again: begin the watch anew in another workspace', error);
  return damaged.size > 0;
}

/** By number, the oldest first: what is damaged of what the next night rests on. */
async function damagedNights(workspace: RunStore, before: Night): Promise<ReadonlyMap<number, string>> {
  const found = new Map<number, string>();
  const folder = nightFolder(before.number);
  for (const { path, sha256 } of before.read)
    if (!(await holds(workspace, path, sha256))) found.set(Number(/^nights\/(\d+)\//.exec(path)?.[1]), path);
  const { memory, state = null, published } = before;
  if (memory !== null && !(await checkMatches(folderStore(workspace, folder), memory)))
    found.set(before.number, folder + memory.path);
  for (const file of [published, ...(state === null ? [] : [{ ...state, path: folder + state.path }])])
    if (!(await holds(workspace, file.path, file.sha256))) found.set(before.number, file.path);
  return new Map([...found].toSorted(([a], [b]) => a - b));
}

async function holds(workspace: RunStore, path: string, sha256: string): Promise<boolean> {
  const bytes = await workspace.get(path);
  return bytes !== null && sha256Hex(bytes) === sha256;
}
