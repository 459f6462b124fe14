// tombstone.json: a run whose event content was taken away on purpose, what went with its hash, and what it had found. `verify` accepts it.

import { openSeal, parseJson, sealJson, FORMAT_VERSION, type RunStore } from '@coldhunt/core';
import { z } from 'zod';

const TOMBSTONE_PATH = 'tombstone.json';

const tombstone = z.object({
  format: z.number(),
  run_id: z.string(),
  pruned_at: z.string(),
  /** What the hunt had said. */
  verdict: z.string(),
  alerts: z.number(),
  coverage: z.string(),
  /** SHA-256 of manifest.json, which stays: it has the hash of every file that went. */
  manifest_sha256: z.string(),
  removed: z.number(),
});

export type Tombstone = z.infer<typeof tombstone>;

/** null: the run was not pruned. Throws InputError RUN_DAMAGED, RUN_FORMAT_NEWER. */
export async function readTombstone(store: RunStore): Promise<Tombstone | null> {
  const bytes = await store.get(TOMBSTONE_PATH);
  return bytes === null ? null : tombstone.parse(parseJson(openSeal(bytes, TOMBSTONE_PATH)));
}

export async function writeTombstone(store: RunStore, content: Omit<Tombstone, 'format'>): Promise<void> {
  await store.put(TOMBSTONE_PATH, sealJson(JSON.stringify({ format: FORMAT_VERSION, ...content }, null, 2)));
}

/** Whether a file of a run holds content of events, or names of hosts: that is what goes. Plan, coverage, hashes and custody stay. */
export function holdsEventContent(path: string): boolean {
  return !KEPT.test(path);
}

const KEPT = /^(?:run\.json|plan\/.*|coverage\.json|manifest\.json|custody\.json|tombstone\.json)$/;
