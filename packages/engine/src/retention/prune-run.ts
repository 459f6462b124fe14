// A finished run that is old enough -> the same run without the content of its events. The tombstone is written first: what dies midway is
// finished by pruning again.

import { createHash } from 'node:crypto';
import { InputError, type RunStore } from '@coldhunt/core';
import { z } from 'zod';
import { finishedRun, type RunFile } from '../question/output.ts';
import { readManifest } from '../report/manifest.ts';
import { holdsEventContent, readTombstone, writeTombstone } from './tombstone.ts';

const summaryFile = z.object({ verdict: z.string(), alerts: z.object({ count: z.number() }) });
const coverageFile = z.object({ state: z.string() });

/**
 * Gives how many files went. Throws InputError RUN_UNFINISHED for a run that is not finished, or that has no manifest of what would go;
 * RUN_DAMAGED where the manifest does not hold.
 */
export async function pruneRun(store: RunStore, run: RunFile, nowMs: number): Promise<number> {
  const paths = await contentOf(store);
  if ((await readTombstone(store)) === null) {
    if ((await finishedRun(store, run)) === null) {
      throw new InputError('RUN_UNFINISHED', `the run in ${store.uri} is not finished: nothing of it is pruned`);
    }
    const manifest = await hashManifest(store);
    const summary = summaryFile.parse(await readJson(store, 'summary.json'));
    const coverage = coverageFile.parse(await readJson(store, 'coverage.json'));
    await writeTombstone(store, {
      run_id: run.run_id,
      pruned_at: new Date(nowMs).toISOString(),
      verdict: summary.verdict,
      alerts: summary.alerts.count,
      coverage: coverage.state,
      manifest_sha256: manifest,
      removed: paths.length,
    });
  }
  for (const path of paths) await store.remove(path);
  return paths.length;
}

async function contentOf(store: RunStore): Promise<readonly string[]> {
  const found: string[] = [];
  for await (const paths of store.list('')) found.push(...paths.filter(holdsEventContent));
  return found;
}

/** Reads the manifest to its end first: what goes must have its hash there. */
async function hashManifest(store: RunStore): Promise<string> {
  if ((await store.get('manifest.json')) === null) {
    throw new InputError('RUN_UNFINISHED', `the run in ${store.uri} has no manifest: nothing would prove what it was`);
  }
  const hash = createHash('sha256');
  async function* chunks(): AsyncGenerator<Uint8Array> {
    for await (const chunk of store.stream('manifest.json')) {
      hash.update(chunk);
      yield chunk;
    }
  }
  for await (const entry of readManifest(chunks())) void entry;
  return hash.digest('hex');
}

async function readJson(store: RunStore, path: string): Promise<unknown> {
  const bytes = await store.get(path);
  if (bytes === null) throw new InputError('RUN_INVALID', `${path} is gone from ${store.uri}`);
  return JSON.parse(Buffer.from(bytes).toString()) as unknown;
}
