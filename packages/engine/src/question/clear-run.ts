// Takes the files of a run away, and nothing else that may lie in the folder.

import { AppError, type RunStore } from '@coldhunt/core';

// What says that something is done goes first: whatever is left after a crash is an unfinished run.
const RESULTS = [
  'summary.json',
  'diff.json',
  'diff.ndjson',
  'manifest.json',
  'coverage.json',
  'report.html',
  'alerts.csv',
  'groups.ndjson',
  'alerts.ndjson',
  'unkeyed.ndjson',
  'skewed.ndjson',
  'canary.json',
  'near-misses.ndjson',
  'tombstone.json',
];
const MADE_FROM_ALERTS = /^alerts\.[a-z0-9-]+$/;

/**
 * Takes away the file whose presence says that the reports stand. A store whose rights do not reach so far keeps it: the generation in
 * reduce/done.json then tells what is finished.
 */
export async function removeSummary(store: RunStore): Promise<void> {
  try {
    await store.remove('summary.json');
  } catch (error) {
    if (!(error instanceof AppError) || error.code !== 'STORAGE_DENIED') throw error;
  }
}

/** Removes everything of a run but run.json, which whoever begins anew writes over. */
export async function clearRun(store: RunStore): Promise<void> {
  for (const path of RESULTS) await store.remove(path);
  await removeBelow(store, 'reduce/');
  await removeBelow(store, 'live/');
  await store.remove('plan/done.json');
  await removeBelow(store, 'scan/');
  await removeBelow(store, 'plan/');
  await removeBelow(store, 'alerts.', MADE_FROM_ALERTS);
}

async function removeBelow(store: RunStore, prefix: string, only?: RegExp): Promise<void> {
  for await (const paths of store.list(prefix)) {
    for (const path of paths) if (only === undefined || only.test(path)) await store.remove(path);
  }
}
