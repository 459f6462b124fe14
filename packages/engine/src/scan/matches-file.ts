// scan/<sha256>.matches.zst: a header line, the matches in order, then the events that they point to. Named by its text.

import { createHash } from 'node:crypto';
import { FORMAT_VERSION, InputError, damagedFile, type RunStore } from '@coldhunt/core';
import { encodeLines, readLines } from './line-blocks.ts';
import { decodeEvent, decodeMatch } from './match-codec.ts';
import type { KeptEvent, Match, MatchesFile, ShardRecord } from './output.ts';

interface Header {
  readonly format: number;
  /** Absent in a file that was written as its lines came: its record has the counts. */
  readonly matches?: number;
  readonly events?: number;
}

/** Writes one sorted run. Both arguments are encoded lines, already in order. */
export async function writeMatches(
  store: RunStore,
  matches: readonly string[],
  events: readonly string[],
): Promise<MatchesFile> {
  const header: Header = { format: FORMAT_VERSION, matches: matches.length, events: events.length };
  const lines = [JSON.stringify(header), ...matches, ...events];
  const hash = createHash('sha256');
  const onText = (text: Uint8Array): void => void hash.update(text);
  const blocks = [...encodeLines(lines, { boundary: 1 + matches.length, onText })];
  const sha256 = hash.digest('hex');
  const path = `scan/${sha256}.matches.zst`;
  await store.putOnce(path, Buffer.concat(blocks));
  return { path, sha256, matches: matches.length, events: events.length };
}

/** Writes a sorted run of any size, in place of any other at this path, and gives the SHA-256 of its text. Lines are encoded, in order. */
export async function writeMatchesStream(
  store: RunStore,
  path: string,
  lines: { readonly matches: AsyncIterable<readonly string[]>; readonly events: AsyncIterable<readonly string[]> },
): Promise<string> {
  const header: Header = { format: FORMAT_VERSION };
  const hash = createHash('sha256');
  async function* blocks(): AsyncGenerator<Uint8Array> {
    const onText = (text: Uint8Array): void => void hash.update(text);
    const encode = (batch: readonly string[]): Iterable<Uint8Array> => encodeLines(batch, { onText });
    yield* encode([JSON.stringify(header)]);
    for await (const batch of lines.matches) yield* encode(batch);
    for await (const batch of lines.events) yield* encode(batch);
  }
  await store.putStream(path, blocks());
  return hash.digest('hex');
}

/** The matches of a file, in order, a block at a time. */
export async function* readMatches(store: RunStore, file: MatchesFile): AsyncGenerator<readonly Match[]> {
  let left = file.matches;
  if (left === 0) return;
  for await (const lines of bodyOf(store, file)) {
    const mine = lines.slice(0, left);
    left -= mine.length;
    yield mine.map(decodeMatch);
    if (left === 0) return;
  }
  throw damagedFile(file.path, 'it has fewer matches than its record says');
}

/** The kept events of a file or record, in order of their number. A file's text is checked against its hash. */
export async function* readEvents(
  store: RunStore,
  stored: MatchesFile | Extract<ShardRecord['stored'], { kind: 'inline' }>,
): AsyncGenerator<readonly KeptEvent[]> {
  if ('kind' in stored) {
    yield stored.events;
    return;
  }
  let skip = stored.matches;
  let left = stored.events;
  for await (const lines of bodyOf(store, stored)) {
    const mine = skip === 0 ? lines : lines.slice(skip);
    skip -= Math.min(skip, lines.length);
    left -= mine.length;
    if (mine.length > 0) yield mine.map(decodeEvent);
  }
  if (left !== 0) throw damagedFile(stored.path, 'it has fewer events than its record says');
}

/** Reads a file to its end. Throws InputError RUN_DAMAGED unless its text hashes to its name and counts as its record says. */
export async function readMatchesWhole(store: RunStore, file: MatchesFile): Promise<void> {
  let lines = 0;
  for await (const block of bodyOf(store, file)) lines += block.length;
  if (lines !== file.matches + file.events) throw damagedFile(file.path, 'it has other counts than its record says');
}

async function* bodyOf(store: RunStore, file: MatchesFile): AsyncGenerator<readonly string[]> {
  const hash = createHash('sha256');
  let header: Header | null = null;
  for await (const lines of readLines(store.stream(file.path), file.path)) {
    hash.update(`${lines.join('\n')}\n`);
    if (header === null) {
      header = parseHeader(lines[0] ?? '', file);
      if (lines.length > 1) yield lines.slice(1);
    } else yield lines;
  }
  if (hash.digest('hex') !== file.sha256) {
    throw damagedFile(file.path, 'it does not hold what its name says');
  }
}

function parseHeader(line: string, file: MatchesFile): Header {
  let header: Header;
  try {
    header = JSON.parse(line) as Header;
  } catch (error) {
    throw damagedFile(file.path, 'it has no header', error);
  }
  if (header.format > FORMAT_VERSION) {
    throw new InputError('RUN_FORMAT_NEWER', `${file.path} has format ${header.format}, known is ${FORMAT_VERSION}`);
  }
  const { matches = file.matches, events = file.events } = header;
  if (matches !== file.matches || events !== file.events) {
    throw damagedFile(file.path, 'it has other counts than its record says');
  }
  return header;
}
