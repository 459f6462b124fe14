// An object of an archive -> a reading of it. Its first 64 KiB say what it is; the store and the file's name are not asked.

import { InputError, InvariantError, type ByteRange, type ChunkMemory, type ObjectReader } from '@coldhunt/core';
import { decompress } from './compression/decompress.ts';
import { expandSmall } from './compression/expand-small.ts';
import { readDocuments } from './documents/read-documents.ts';
import { createChunkLoan } from './objects/chunk-loan.ts';
import { createChunkMemory } from './objects/chunk-memory.ts';
import { createChunkRelease, freeAtOnce, type ChunkRelease } from './objects/chunk-release.ts';
import { createMemoryObject } from './objects/memory-object.ts';
import { readAhead } from './objects/read-ahead.ts';
import type { Compression, Framing, ObjectKind, ReadOptions, Reading } from './reading.ts';
import { detectFraming } from './sniff/detect-framing.ts';
import { refusedDocument } from './sniff/foreign-formats.ts';
import { isParquet, sniffCompression, sniffForeign } from './sniff/sniff-magic.ts';
import { DocumentScanner } from './text/document-scanner.ts';
import { createReadCounts } from './text/read-counts.ts';
import { readText, type LineSource, type TextOptions } from './text/read-text.ts';
import { findSampledStretch, isAfterAction } from './text/shard-start.ts';
import { streamOnward } from './objects/stream-onward.ts';

const HEAD_BYTES = 64 * 1024;
/** Where 64 KiB of a compressed object do not give 64 KiB of text, this much of it does. */
const LONG_HEAD_BYTES = 1024 * 1024;
/** Objects up to this size are read with one request. */
const SMALL_BYTES = 1024 * 1024;
/** Decompressed contents from this length on stand alone in their memory. */
const MIN_OWN_BYTES = 1024 * 1024;
/** A Parquet file must be had whole: within gzip or zstd (a writer's mistake) or from a stream it is read into memory, up to this size. */
const MAX_WHOLE_PARQUET_BYTES = 256 * 1024 * 1024;

/**
 * Opens an object for reading. What is wrong with its bytes is told by `batches()`; storage errors pass through. Throws InputError
 * EXPANSION_LIMIT for a compressed Parquet file beyond 256 MiB.
 */
export async function openObject(object: ObjectReader, options: ReadOptions): Promise<Reading> {
  if (object.size === 0) return emptyReading(object, { kind: 'empty' }, true);
  const isOwner = options.range === null || options.range.from === 0;
  const stored = await readHead(object, options);
  if (stored.bytes.length === 0) return emptyReading(object, { kind: 'empty' }, true);
  const compression = sniffCompression(stored.bytes);
  const foreign = compression === 'none' ? sniffForeign(stored.bytes) : null;
  if (foreign !== null)
    return emptyReading(object, { kind: 'refused', name: foreign.name, advice: foreign.advice }, isOwner);
  const small =
    compression !== 'none' && stored.isWhole
      ? expandSmall(stored.bytes, compression, options.maxDecompressedBytes)
      : null;
  const content: Content = { ...stored, small };
  const head =
    compression === 'none' ? stored.bytes : (small ?? (await expandHead(object, stored, compression, options)));
  if (isParquet(head)) return openWholeParquet(object, content, compression, options);
  const kind = describeText(head.subarray(0, HEAD_BYTES), compression, object.uri);
  if (kind.kind !== 'text') return emptyReading(object, kind, isOwner);
  const isCuttable = compression === 'none' && isFramedByLines(kind.framing);
  if (!isCuttable && !isOwner) return emptyReading(object, kind, false);
  return textReading(object, content, kind, isCuttable ? options : { ...options, range: null });
}

interface Head {
  readonly bytes: Buffer;
  /** The object's bytes were all read. */
  readonly isWhole: boolean;
}

interface Content extends Head {
  /** All of a small compressed object, decompressed. */
  readonly small: Buffer | null;
}

type TextKind = Extract<ObjectKind, { kind: 'text' }>;

async function readHead(object: ObjectReader, options: ReadOptions): Promise<Head> {
  const to = object.size <= SMALL_BYTES ? object.size : HEAD_BYTES;
  const bytes = toBuffer(await object.bytes({ from: 0, to }, options.signal));
  return { bytes, isWhole: bytes.length === object.size || bytes.length < to };
}

/** The first 64 KiB of what a compressed object holds, or what of them can be had. */
async function expandHead(
  object: ObjectReader,
  stored: Head,
  compression: Exclude<Compression, 'none'>,
  options: ReadOptions,
): Promise<Buffer> {
  const short = await expandBytes(stored.bytes, compression);
  if (short.length >= HEAD_BYTES || stored.isWhole) return short;
  const to = Math.min(object.size, LONG_HEAD_BYTES);
  return expandBytes(toBuffer(await object.bytes({ from: 0, to }, options.signal)), compression);
}

async function expandBytes(bytes: Buffer, compression: Exclude<Compression, 'none'>): Promise<Buffer> {
  const memory = createMemoryObject('', bytes);
  const stored = { open: () => memory.stream({ from: 0, to: bytes.length }), isRepeatable: true };
  const pieces: Uint8Array[] = [];
  let length = 0;
  try {
    for await (const chunk of decompress(stored, compression)) {
      pieces.push(chunk);
      length += chunk.length;
      if (length >= HEAD_BYTES) break;
    }
  } catch (error) {
    // The head is cut off, and may be damaged: reading tells.
    if (!(error instanceof InputError)) throw error;
  }
  return Buffer.concat(pieces).subarray(0, HEAD_BYTES);
}

function describeText(head: Buffer, compression: Compression, uri: string): ObjectKind {
  const within = compression === 'none' ? '' : ` within ${compression}`;
  if (within !== '' && sniffCompression(head) !== 'none') {
    return {
      kind: 'refused',
      name: `${sniffCompression(head)}${within}`,
      advice: 'it was compressed twice: undo one of them',
    };
  }
  const foreign = within === '' ? null : sniffForeign(head);
  if (foreign !== null) return { kind: 'refused', name: `${foreign.name}${within}`, advice: foreign.advice };
  if (head.length === 8 && uri.endsWith('/index.latest')) {
    return refusedDocument('Elasticsearch snapshot (catalogue)');
  }
  const text = detectFraming(head);
  return text.kind === 'refused' ? text : { kind: 'text', compression, framing: text.framing };
}

function isFramedByLines(framing: Framing): framing is 'ndjson' | 'tagged' | 'bulk' {
  return framing === 'ndjson' || framing === 'tagged' || framing === 'bulk';
}

function textReading(object: ObjectReader, stored: Content, kind: TextKind, options: ReadOptions): Reading {
  const counts = createReadCounts(options.watchedLines);
  const { framing, compression } = kind;
  const { lineFilter: filter, fields, maxLineBytes, signal } = options;
  const scanner = options.scanner ?? (fields === null ? null : new DocumentScanner(fields));
  const eventsEndWithBatch = options.eventsEndWithBatch === true;
  const coordinate = compression === 'none' ? 'raw' : 'decompressed';
  async function* batches(): ReturnType<Reading['batches']> & AsyncGenerator {
    if (!isFramedByLines(framing)) {
      const chunks = decompressed(object, stored, compression, options);
      yield* readDocuments(chunks, counts, { framing, filter, scanner, maxLineBytes, coordinate, signal });
      return;
    }
    const range = options.range ?? { from: 0, to: object.size };
    const loan = createChunkLoan(options.memory ?? createChunkMemory());
    const source: LineSource =
      compression === 'none'
        ? { ...lineSource(object, stored, range, { filter, signal, loan, eventsEndWithBatch }), coordinate }
        : { ...expandedSource(object, stored, compression, options), coordinate };
    try {
      yield* readText(source, counts, {
        framing,
        filter,
        scanner,
        maxLineBytes,
        signal,
        eventsEndWithBatch,
        ownedTo: compression === 'none' && range.to < object.size ? range.to : Number.POSITIVE_INFINITY,
        sampledStretch: range.from === 0 ? -1 : await findSampledStretch(object, range.from, signal),
        isFromStart: range.from === 0,
        skipsDocument: framing === 'bulk' && range.from > 0 && (await isAfterAction(object, range.from, signal)),
      });
    } finally {
      loan.end();
    }
    if (stored.small !== null && source.memory !== undefined) freeAtOnce(stored.small);
  }
  return { object, kind, ownsAnything: true, counts, batches: once(batches) };
}

function lineSource(
  object: ObjectReader,
  stored: Head,
  range: ByteRange,
  {
    filter,
    loan,
    signal,
    eventsEndWithBatch,
  }: Pick<TextOptions, 'filter' | 'signal' | 'eventsEndWithBatch'> & { readonly loan: ChunkMemory },
): Omit<LineSource, 'coordinate'> {
  // Without a filter every line becomes an event, and its bytes would be copied to be kept.
  const memory = filter === null && !eventsEndWithBatch ? undefined : loan;
  if (range.from === 0)
    return {
      chunks: streamOnward(object, stored.bytes, range.to, signal, { memory }),
      base: 0,
      skipsFirst: false,
      memory,
    };
  // From one byte before: a line feed there says that a line of ours starts right at the border.
  const base = range.from - 1;
  const chunks = streamOnward(object, null, range.to, signal, { from: base, memory });
  return { chunks, base, skipsFirst: true, memory };
}

function expandedSource(
  object: ObjectReader,
  stored: Content,
  compression: Exclude<Compression, 'none'>,
  options: ReadOptions,
): Omit<LineSource, 'coordinate'> {
  const chunks = decompressed(object, stored, compression, options);
  // Without a filter every line becomes an event that would have to be copied; what is small may share its memory with others.
  const isShared = stored.small !== null && stored.small.length < MIN_OWN_BYTES;
  if (isShared || (options.lineFilter === null && options.eventsEndWithBatch !== true))
    return { chunks, base: 0, skipsFirst: false };
  const memory = createChunkRelease();
  const owned = stored.small === null ? ownAll(chunks, memory) : chunks;
  return { chunks: owned, base: 0, skipsFirst: false, memory };
}

async function* ownAll(chunks: AsyncIterable<Uint8Array>, memory: ChunkRelease): AsyncGenerator<Uint8Array> {
  for await (const chunk of chunks) yield memory.own(chunk);
}

function decompressed(
  object: ObjectReader,
  stored: Content,
  compression: Compression,
  options: ReadOptions,
): AsyncIterable<Uint8Array> {
  const open = (): AsyncIterable<Uint8Array> => streamOnward(object, stored.bytes, object.size, options.signal);
  if (compression === 'none') return open();
  if (stored.small !== null) return createMemoryObject('', stored.small).stream({ from: 0, to: stored.small.length });
  const isRepeatable = Number.isFinite(object.size);
  return readAhead(decompress({ open, isRepeatable }, compression, options));
}

async function openWholeParquet(
  object: ObjectReader,
  stored: Content,
  compression: Compression,
  options: ReadOptions,
): Promise<Reading> {
  // With its decoders: a hunt over text does not pay for them.
  const { openParquet } = await import('./parquet/open-parquet.ts');
  if (compression === 'none' && Number.isFinite(object.size)) return openParquet(object, compression, options);
  if (options.range !== null && options.range.from > 0)
    return emptyReading(object, { kind: 'parquet', compression }, false);
  const pieces: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of decompressed(object, stored, compression, options)) {
    pieces.push(chunk);
    length += chunk.length;
    if (length > MAX_WHOLE_PARQUET_BYTES) {
      const place = compression === 'none' ? 'from a stream' : `within ${compression}`;
      throw new InputError('EXPANSION_LIMIT', `a Parquet file ${place} of more than ${MAX_WHOLE_PARQUET_BYTES} bytes`);
    }
  }
  const whole = createMemoryObject(object.uri, Buffer.concat(pieces), {
    etag: object.etag,
    versionId: object.versionId,
  });
  return openParquet(whole, compression, { ...options, range: null });
}

function emptyReading(object: ObjectReader, kind: ObjectKind, ownsAnything: boolean): Reading {
  return { object, kind, ownsAnything, counts: createReadCounts(), async *batches() {} };
}

function once(batches: Reading['batches']): Reading['batches'] {
  let isRead = false;
  return () => {
    if (isRead) throw new InvariantError('INVARIANT', 'a reading was read twice');
    isRead = true;
    return batches();
  };
}

function toBuffer(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
}
