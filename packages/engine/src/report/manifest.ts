// manifest.json: the hash of every file of a run, and of the stored bytes of each object where that was asked for. One entry a line and
// sealed at its end, so that any number of them is written and read in bounded memory.

import { createHash } from 'node:crypto';
import { FORMAT_VERSION, damagedFile, parseJson, sha256Hex, type RunStore } from '@coldhunt/core';
import { z } from 'zod';
import type { RunFile } from '../question/output.ts';
import { readAhead } from '../reduce/output.ts';

const MANIFEST_PATH = 'manifest.json';
const FILES_AT_ONCE = 16;
const TEXT_CHARS = 256 * 1024;
/** Written beside the run's files while it works, or after the manifest. */
const NO_FILE = /^(?:manifest\.json$|tombstone\.json$|summary\.json$|reduce\/spill\/)/;
const SEAL = /^\],"seal":"([0-9a-f]{64})"\}$/;

const fileEntry = z.object({ path: z.string().min(1), bytes: z.number(), sha256: z.string() });
const objectEntry = z.object({
  uri: z.string(),
  etag: z.string(),
  version_id: z.string().nullable(),
  /** Of a large object that several shards read, the part; null: the whole object. */
  range: z.object({ from: z.number(), to: z.number() }).nullable(),
  bytes: z.number(),
  sha256: z.string(),
});

export type ManifestFile = z.infer<typeof fileEntry>;
export type ManifestObject = z.infer<typeof objectEntry>;
export type ManifestEntry =
  | { readonly kind: 'file'; readonly file: ManifestFile }
  | { readonly kind: 'object'; readonly object: ManifestObject };

export interface ManifestInput {
  readonly run: RunFile;
  /** The bytes of summary.json, which is written after the manifest. */
  readonly summary: Uint8Array;
  readonly objects: AsyncIterable<ManifestObject>;
}

/** Hashes what stands in the run folder and writes manifest.json. */
export async function writeManifest(store: RunStore, input: ManifestInput): Promise<void> {
  await store.putStream(MANIFEST_PATH, sealed(manifestText(store, input)));
}

async function* manifestText(store: RunStore, { run, summary, objects }: ManifestInput): AsyncGenerator<string> {
  yield `{"format":${FORMAT_VERSION},"run_id":${JSON.stringify(run.run_id)},"generation":${run.generation},"files":[\n`;
  const own: ManifestFile = { path: 'summary.json', bytes: summary.length, sha256: sha256Hex(summary) };
  yield JSON.stringify(own);
  for await (const file of readAhead(pathsOf(store), FILES_AT_ONCE, (path) => hashFile(store, path))) {
    yield `,\n${JSON.stringify(file)}`;
  }
  yield '\n],"objects":[\n';
  let separator = '';
  for await (const { uri, etag, version_id, range, bytes, sha256 } of objects) {
    yield `${separator}${JSON.stringify({ uri, etag, version_id, range, bytes, sha256 })}`;
    separator = ',\n';
  }
  yield `${separator === '' ? '' : '\n'}]`;
}

/** The text and its seal, as bytes: what begins with `{` and has no brace at its end. */
export async function* sealed(parts: AsyncIterable<string>): AsyncGenerator<Uint8Array> {
  const hash = createHash('sha256');
  let text = '';
  const take = (): Uint8Array => {
    const bytes = Buffer.from(text);
    hash.update(bytes);
    text = '';
    return bytes;
  };
  for await (const part of parts) {
    text += part;
    if (text.length > TEXT_CHARS) yield take();
  }
  yield take();
  yield Buffer.from(`,"seal":"${hash.digest('hex')}"}\n`);
}

async function* pathsOf(store: RunStore): AsyncGenerator<string> {
  for await (const paths of store.list('')) for (const path of paths) if (!NO_FILE.test(path)) yield path;
}

/** Throws InputError RUN_INVALID when there is no such file. */
export async function hashFile(store: RunStore, path: string): Promise<ManifestFile> {
  const hash = createHash('sha256');
  let bytes = 0;
  for await (const chunk of store.stream(path)) {
    hash.update(chunk);
    bytes += chunk.length;
  }
  return { path, bytes, sha256: hash.digest('hex') };
}

/** The entries of a manifest, in its order. Throws InputError RUN_DAMAGED, at its end when it does not hash to its seal. */
export async function* readManifest(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<ManifestEntry> {
  const hash = createHash('sha256');
  let seal: string | null = null;
  let pending: string | null = null;
  for await (const line of linesOf(chunks)) {
    if (seal !== null) throw damagedFile(MANIFEST_PATH, 'something follows its seal');
    if (pending !== null) hash.update(`${pending}\n`);
    seal = SEAL.exec(line)?.[1] ?? null;
    pending = seal === null ? line : ']';
    const text = line.endsWith(',') ? line.slice(0, -1) : line;
    if (text.startsWith('{"path":')) yield { kind: 'file', file: parseEntry(fileEntry, text) };
    else if (text.startsWith('{"uri":')) yield { kind: 'object', object: parseEntry(objectEntry, text) };
  }
  if (seal === null) throw damagedFile(MANIFEST_PATH, 'it is cut short');
  if (hash.update(pending ?? '').digest('hex') !== seal)
    throw damagedFile(MANIFEST_PATH, 'it does not hash to its seal');
}

function parseEntry<T>(schema: z.ZodType<T>, text: string): T {
  try {
    return schema.parse(parseJson(text));
  } catch (error) {
    throw damagedFile(MANIFEST_PATH, 'a line of it is no entry', error);
  }
}

async function* linesOf(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<string> {
  const decoder = new TextDecoder();
  let rest = '';
  for await (const chunk of chunks) {
    const lines = (rest + decoder.decode(chunk, { stream: true })).split('\n');
    rest = lines.pop() ?? '';
    yield* lines;
  }
  rest += decoder.decode();
  if (rest !== '') yield rest;
}
