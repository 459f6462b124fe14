// A text framed by lines -> batches of events, for the lines that start in the shard's range.

import type { ChunkMemory, LineFilter } from '@coldhunt/core';
import type { ReadCounts, SourceEvent } from '../reading.ts';
import { MAX_ACTION_BYTES } from '../sniff/bulk-action.ts';
import type { DocumentScanner } from './document-scanner.ts';
import { EventCollector } from './event-collector.ts';
import { readLineBlocks } from './line-blocks.ts';
import { LineReader, type LineReaderOptions } from './line-reader.ts';

const BATCH_EVENTS = 512;

export interface LineSource {
  /** Chunks from `base` on, to the end of the object. */
  readonly chunks: AsyncIterable<Uint8Array>;
  readonly base: number;
  readonly skipsFirst: boolean;
  readonly coordinate: 'raw' | 'decompressed';
  /** What `chunks` are lent from: then no event may point into them for longer than its batch. */
  readonly memory?: Pick<ChunkMemory, 'giveBack'> | undefined;
}

export interface TextOptions {
  readonly filter: LineFilter | null;
  readonly scanner: DocumentScanner | null;
  readonly maxLineBytes: number;
  readonly signal: AbortSignal | undefined;
  /** As ReadOptions has it. */
  readonly eventsEndWithBatch: boolean;
}

/** Reads lines in batches of at most 512 events; counts are kept in `counts`. */
export async function* readText(
  source: LineSource,
  counts: ReadCounts,
  options: LineReaderOptions & TextOptions,
): AsyncGenerator<readonly SourceEvent[]> {
  const collector = new EventCollector(counts, {
    coordinate: source.coordinate,
    scanner: options.scanner,
    memory: source.memory === undefined ? 'kept' : options.eventsEndWithBatch ? 'lent' : 'copied',
  });
  const reader = new LineReader(collector, options);
  // A bulk shard ends behind the document of its last action, which only the reader of the actions knows.
  const isBulk = options.framing === 'bulk';
  const blocks = readLineBlocks(source.chunks, {
    base: source.base,
    memory: source.memory,
    skipsFirst: source.skipsFirst,
    ownedTo: isBulk ? Number.POSITIVE_INFINITY : options.ownedTo,
    emptyTo: options.ownedTo,
    maxLineBytes: isBulk ? Math.max(MAX_ACTION_BYTES, options.maxLineBytes) : options.maxLineBytes,
  });
  try {
    for await (const block of blocks) {
      options.signal?.throwIfAborted();
      reader.read(block);
      counts.decompressedBytes = reader.ownedBytes;
      yield* inBatches(collector.take());
      // The block's bytes are given back when the next one is asked for.
      collector.endLease();
      if (reader.isDone) return;
    }
  } finally {
    collector.endLease();
  }
}

/** Cuts a list of events into batches of a few hundred. */
export function* inBatches(events: readonly SourceEvent[]): Generator<readonly SourceEvent[]> {
  for (let at = 0; at < events.length; at += BATCH_EVENTS) {
    yield events.length <= BATCH_EVENTS ? events : events.slice(at, at + BATCH_EVENTS);
  }
}
