// What a job says of its run is believed only as far as the run folder bears it out. An entry of its own: scan threads need it and no Redis.

import { InputError, type RunStore } from '@coldhunt/core';
import { readRun, type RunFile } from '@coldhunt/engine';

export interface NamedRun {
  readonly runUri: string;
  readonly runId: string;
  readonly generation: number;
}

export interface OpenJobRunOptions {
  /** Opens a run folder with this process's own credentials and endpoints. */
  readonly openStore: (uri: string) => RunStore;
  /** Only runs at or below this URI are served; null: any. */
  readonly runsPrefix: string | null;
  /** Whether this process may open an archive; absent: any. */
  readonly mayOpen?: ((uri: string) => Promise<boolean>) | undefined;
}

/**
 * Opens the run that a job names; who calls closes the store. `run.generation` may be newer than the job's. Throws InputError
 * RUN_FORBIDDEN when it lies outside the prefix, is not the named one, or asks of an archive that may not be opened, RUN_NOT_FOUND, and what `readRun` throws (a run.json that does
 * not hash to its id: RUN_INVALID).
 */
export async function openJobRun(
  { runUri, runId, generation }: NamedRun,
  { openStore, runsPrefix, mayOpen }: OpenJobRunOptions,
): Promise<{ readonly run: RunFile; readonly store: RunStore }> {
  const store = openStore(runUri);
  try {
    if (runsPrefix !== null) await refuseOutside(store.uri, runsPrefix, openStore);
    const run = await readRun(store);
    if (run.run_id !== runId) {
      throw new InputError('RUN_FORBIDDEN', `the run in ${store.uri} is ${run.run_id}, the job says ${runId}`);
    }
    if (run.generation < generation) {
      throw new InputError(
        'RUN_FORBIDDEN',
        `the run in ${store.uri} is at generation ${run.generation}, the job says ${generation}`,
      );
    }
    const { inventory } = run;
    const asked = run.question.archives.map(({ uri }) => uri);
    for (const uri of inventory === undefined ? asked : [...asked, inventory]) {
      if (mayOpen === undefined || (await mayOpen(uri))) continue;
      const message = `the run in ${store.uri} asks of ${uri}, which is no archive that --archives lets this process open`;
      throw new InputError('RUN_FORBIDDEN', message, { details: { run: store.uri, archive: uri } });
    }
    return { run, store };
  } catch (error) {
    await store.close?.();
    throw error;
  }
}

/** Throws InputError RUN_FORBIDDEN. Both URIs are compared as a store spells them: absolute, normal, encoded in one way. */
export async function refuseOutside(
  uri: string,
  runsPrefix: string,
  openStore: (uri: string) => RunStore,
): Promise<void> {
  const allowed = openStore(runsPrefix);
  try {
    if (isAtOrBelow(uri, allowed.uri)) return;
    throw new InputError(
      'RUN_FORBIDDEN',
      `the run ${uri} lies outside ${allowed.uri}, which is all that is served here`,
    );
  } finally {
    await allowed.close?.();
  }
}

/** By whole segments: `s3://b/runs-2` does not lie below `s3://b/runs`. */
export function isAtOrBelow(uri: string, prefix: string): boolean {
  const withSlash = (text: string): string => (text.endsWith('/') ? text : `${text}/`);
  return withSlash(uri).startsWith(withSlash(prefix));
}
