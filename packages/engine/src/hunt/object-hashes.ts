// Ledger records -> the hash of every object's stored bytes, for the manifest.

import type { RunStore } from '@coldhunt/core';
import type { Plan } from '../plan/output.ts';
import type { RunFile } from '../question/output.ts';
import { chooseRecords, takeRecords } from '../reduce/used-records.ts';
import type { ManifestObject } from '../report/manifest.ts';

/** In the order of the plan. An object that could not be read has none. */
export async function* objectHashes(run: RunFile, store: RunStore, plan: Plan): AsyncGenerator<ManifestObject> {
  for await (const line of takeRecords(store, plan.lines(), await chooseRecords(store, run.generation))) {
    if (line.kind !== 'record') continue;
    for (const { uri, etag, version_id, range, bytes, sha256 } of line.record.objects) {
      if (sha256 !== undefined) yield { uri, etag, version_id, range, bytes, sha256 };
    }
  }
}
