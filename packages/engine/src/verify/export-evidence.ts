// The proof of a run's alerts, copied out of the archive before a lifecycle rule takes it away: the alerting objects or the lines
// themselves, the files that say what they prove, and a manifest with the hash of each. Everything is written once.

import { createHash } from 'node:crypto';
import {
  FORMAT_VERSION,
  InvariantError,
  assertInvariant,
  sha256Hex,
  toAppError,
  type ObjectSource,
  type RunStore,
} from '@coldhunt/core';
import type { CompiledRule } from '@coldhunt/rules';
import { readPlan } from '../plan/output.ts';
import type { RunFile } from '../question/output.ts';
import { hashFile, sealed, type ManifestFile } from '../report/manifest.ts';
import { ScanPreparation } from '../scan/scan-context.ts';
import { sortClaims, type Claim } from './alert-evidence.ts';
import { claimsByObject, type ClaimedObject } from './claims-by-object.ts';
import type { Tell } from './finding.ts';
import { findEvents, placeKey, type FindOptions } from './find-events.ts';
import { sortPlannedObjects } from './planned-objects.ts';

/** What says what the evidence proves. */
const RUN_FILES = [
  'run.json',
  'plan/done.json',
  'alerts.ndjson',
  'coverage.json',
  'summary.json',
  'manifest.json',
  'custody.json',
];

export interface ExportOptions {
  readonly run: RunFile;
  readonly store: RunStore;
  readonly rules: readonly CompiledRule[];
  /** One per archive of the question, in its order. */
  readonly sources: readonly ObjectSource[];
  readonly scratch: RunStore;
  /** Where the copies go: a place of their own. */
  readonly target: RunStore;
  readonly what: 'objects' | 'lines';
  readonly atMs: number;
  readonly tell: Tell;
  readonly signal?: AbortSignal | undefined;
}

export interface ExportedEvidence {
  readonly files: number;
  readonly bytes: number;
  /** Pieces of evidence that lie in the copies. */
  readonly evidence: number;
  /** Those that could not be had, each told. */
  readonly missing: number;
}

/** A line of the manifest: which file holds a piece of evidence. */
type Proof = Claim & { readonly file: string };

/** Throws InputError RUN_UNFINISHED and what storage throws. */
export async function exportEvidence(options: ExportOptions): Promise<ExportedEvidence> {
  const { run, store, rules, sources, scratch, target, what, signal } = options;
  const plan = await readPlan(store);
  const context = {
    ...new ScanPreparation({ run, rules }).contextOf({ rules: null }),
    listedAtMs: Date.parse(plan.done.listed_at),
  };
  const archives = run.question.archives.map(({ uri }) => uri);
  const planned = await sortPlannedObjects(plan, archives, scratch);
  const claims = await sortClaims(store, scratch);
  const files: ManifestFile[] = [];
  let evidence = 0;
  let missing = 0;
  async function* proofs(): AsyncGenerator<Proof> {
    for await (const claimed of claimsByObject(claims, planned)) {
      signal?.throwIfAborted();
      const left = new Set(claimed.claims);
      try {
        const index = claimed.planned?.archive ?? null;
        const source = index === null ? undefined : sources[index];
        assertInvariant(source !== undefined, `the plan does not have ${claimed.claims[0]?.uri}`);
        const archiveIndex = context.question.archives[index ?? 0]?.index ?? null;
        const find = { context, archiveIndex, signal };
        const copied =
          what === 'objects' ? copyObject(claimed, source, options) : copyLines(claimed, source, { find, target });
        for await (const { file, held } of copied) {
          files.push(file);
          for (const claim of held) {
            if (left.delete(claim)) yield { ...claim, file: file.path };
          }
        }
        for (const claim of left) say(claim, 'no event that a rule matches lies there');
      } catch (error) {
        signal?.throwIfAborted();
        const known = toAppError(error);
        if (known instanceof InvariantError && known.cause !== undefined) throw known;
        for (const claim of left) say(claim, `${known.message} (${known.code})`);
      }
      missing += left.size;
      evidence += claimed.claims.length - left.size;
    }
  }
  function say(claim: Claim, message: string): void {
    options.tell({ check: 'alert', state: 'unchecked', where: claim.alert, message: `${claim.uri}: ${message}` });
  }
  for (const path of RUN_FILES) {
    if ((await store.get(path)) === null) continue;
    await target.putStream(`run/${path}`, store.stream(path));
    files.push(await hashFile(target, `run/${path}`));
  }
  await target.putStream('manifest.json', sealed(manifestText(options, proofs(), files)));
  await Promise.all([planned.clear(), claims.clear()]);
  return { files: files.length, bytes: files.reduce((sum, file) => sum + file.bytes, 0), evidence, missing };
}

async function* manifestText(
  { run, what, atMs }: ExportOptions,
  proofs: AsyncIterable<Proof>,
  files: readonly ManifestFile[],
): AsyncGenerator<string> {
  yield `{"format":${FORMAT_VERSION},"run_id":${JSON.stringify(run.run_id)},"exported_at":${JSON.stringify(new Date(atMs).toISOString())},"what":"${what}","evidence":[`;
  let separator = '\n';
  for await (const proof of proofs) {
    yield `${separator}${JSON.stringify(proof)}`;
    separator = ',\n';
  }
  yield `\n],"files":[\n${[...new Map(files.map((file) => [file.path, file])).values()].map((file) => JSON.stringify(file)).join(',\n')}\n]`;
}

interface Copied {
  readonly file: ManifestFile;
  readonly held: readonly Claim[];
}

/** The whole object as it was pinned, under a name that tells it from all others. */
async function* copyObject(
  { claims, planned }: ClaimedObject,
  source: ObjectSource,
  { target, signal }: ExportOptions,
): AsyncGenerator<Copied> {
  if (planned === null || planned.etag === null) return;
  const { uri, size, etag } = planned;
  const path = `objects/${sha256Hex(`${uri} ${etag}`).slice(0, 32)}-${nameOf(uri)}`;
  const hash = createHash('sha256');
  const reader = source.open({ uri, size, etag });
  async function* body(): AsyncGenerator<Uint8Array> {
    for await (const chunk of reader.stream({ from: 0, to: size }, signal)) {
      hash.update(chunk);
      yield chunk;
    }
  }
  await target.putStream(path, body());
  yield {
    file: { path, bytes: size, sha256: hash.digest('hex') },
    held: claims.filter((claim) => claim.etag === etag),
  };
}

/** Each document as it was framed, named by its hash: the same document of two places is one file. */
async function* copyLines(
  { claims, planned }: ClaimedObject,
  source: ObjectSource,
  { find, target }: { readonly find: FindOptions; readonly target: RunStore },
): AsyncGenerator<Copied> {
  if (planned === null || planned.etag === null) return;
  const { uri, size, etag } = planned;
  const open = Map.groupBy(claims, ({ place }) => placeKey(place));
  const places = [...open.values()].map(([claim]) => (claim as Claim).place);
  for await (const { place, event, coordinates } of findEvents(source.open({ uri, size, etag }), places, find)) {
    const bytes = await event.framed();
    const { sha256 } = coordinates;
    const held = (open.get(place) ?? []).filter((claim) => claim.sha256 === sha256 && claim.etag === etag);
    if (held.length === 0) continue;
    const path = `lines/${sha256}.json`;
    await target.putOnce(path, bytes);
    yield { file: { path, bytes: bytes.length, sha256 }, held };
  }
}

/** The object's own name, in letters that every file system takes. */
function nameOf(uri: string): string {
  const name = uri.slice(uri.lastIndexOf('/') + 1);
  return (
    name
      .replaceAll(/[^A-Za-z0-9._-]/g, '_')
      .replaceAll(/^\.+/g, '_')
      .slice(-100) || 'object'
  );
}
