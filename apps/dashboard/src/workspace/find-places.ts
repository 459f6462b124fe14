// A folder or prefix -> the runs and watches that lie in it. What lies inside of a run or a watch is not looked at, so that neither shards
// nor events are listed.

import { AppError, listEntries, type RunStore } from '@coldhunt/core';

export interface Place {
  /** Below the workspace; empty: the workspace itself. */
  readonly path: string;
  readonly kind: 'run' | 'watch';
}

export interface FoundPlaces {
  readonly places: readonly Place[];
  /** A limit was met: there may be more. */
  readonly isCut: boolean;
}

export interface FindLimits {
  /** Folders between the workspace and a run. */
  readonly depth: number;
  readonly places: number;
  /** Folders that are neither run nor watch. */
  readonly folders: number;
  /** Names of one folder. */
  readonly names: number;
}

export const FIND_LIMITS: FindLimits = { depth: 3, places: 10_000, folders: 2000, names: 20_000 };

/** `known`: what is not looked at again. Folders that may not be read, or whose names no run can have, are passed over. */
export async function findPlaces(
  store: RunStore,
  known: ReadonlyMap<string, Place>,
  limits: FindLimits = FIND_LIMITS,
): Promise<FoundPlaces> {
  const places: Place[] = [];
  let isCut = false;
  let level = [''];
  let folders = 0;
  for (let depth = 0; level.length > 0; depth += 1) {
    const below: string[] = [];
    for (const folder of level) {
      const path = folder.slice(0, -1);
      const place = known.get(path);
      if (place === undefined && (folders += 1) > limits.folders) isCut = true;
      if (places.length >= limits.places) isCut = true;
      if (isCut) break;
      const seen = place === undefined ? await lookInto(store, folder, limits.names) : { kind: place.kind, below: [] };
      if (seen.kind === null) below.push(...seen.below);
      else places.push({ path, kind: seen.kind });
    }
    if (depth === limits.depth) {
      isCut ||= below.length > 0;
      break;
    }
    level = below;
  }
  return { places, isCut };
}

interface Seen {
  readonly kind: Place['kind'] | null;
  /** Folders in it, with their paths and slashes. */
  readonly below: readonly string[];
}

async function lookInto(store: RunStore, folder: string, mostNames: number): Promise<Seen> {
  const below: string[] = [];
  let seen = 0;
  try {
    for await (const name of listEntries(store, folder)) {
      if (name === 'run.json') return { kind: 'run', below: [] };
      if (name === 'watch.json') return { kind: 'watch', below: [] };
      if (name.endsWith('/') && !name.startsWith('.')) below.push(folder + name);
      if ((seen += 1) >= mostNames) break;
    }
  } catch (error) {
    // The workspace itself must answer.
    if (folder === '' || !(error instanceof AppError)) throw error;
    return { kind: null, below: [] };
  }
  return { kind: null, below };
}
