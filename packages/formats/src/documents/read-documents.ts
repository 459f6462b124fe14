// A text that is not framed by lines -> batches of events. Such an object is never cut.

import { InputError, type LineFilter } from '@coldhunt/core';
import type { ReadCounts, SourceEvent } from '../reading.ts';
import type { DocumentScanner } from '../text/document-scanner.ts';
import { EventCollector } from '../text/event-collector.ts';
import { SAMPLE_BYTES } from '../text/line-reader.ts';
import { inBatches } from '../text/read-text.ts';
import { DocumentSplitter, type FramedDocument, type FramingFault, type SplitterOptions } from './document-splitter.ts';

/** So many bytes are split at once: of the shortest documents their events take a hundred times as much. */
const PIECE_BYTES = 256 * 1024;

export interface DocumentsOptions extends SplitterOptions {
  readonly filter: LineFilter | null;
  readonly scanner: DocumentScanner | null;
  readonly coordinate: 'raw' | 'decompressed';
  readonly signal: AbortSignal | undefined;
}

/**
 * Reads the documents of a whole text; the last one is held back, because it is always parsed. Throws InputError FRAMING_LOST after the
 * documents that could be told apart, where others may have been passed over; errors of `chunks` pass through after the readable part.
 */
export async function* readDocuments(
  chunks: AsyncIterable<Uint8Array>,
  counts: ReadCounts,
  options: DocumentsOptions,
): AsyncGenerator<readonly SourceEvent[]> {
  const collector = new EventCollector(counts, { ...options, memory: 'kept' });
  const splitter = new DocumentSplitter(options);
  const reader = new DocumentReader(collector, options.filter);
  let offset = 0;
  let failure: { readonly error: unknown } | null = null;
  try {
    for await (const chunk of chunks) {
      options.signal?.throwIfAborted();
      for (let at = 0; at < chunk.length; at += PIECE_BYTES) {
        const length = Math.min(PIECE_BYTES, chunk.length - at);
        const piece = Buffer.from(chunk.buffer, chunk.byteOffset + at, length);
        for (const entry of splitter.push(piece, offset)) reader.read(entry);
        offset += length;
        counts.decompressedBytes = offset;
        yield* inBatches(collector.take());
      }
      if (splitter.isOver) break;
    }
  } catch (error) {
    failure = { error };
  }
  for (const entry of splitter.end(offset)) reader.read(entry);
  reader.end();
  yield* inBatches(collector.take());
  if (failure !== null) throw failure.error;
  if (splitter.lostFrom !== null) throw framingLost(splitter.lostFrom);
}

function framingLost(offset: number): InputError {
  const message = `from offset ${offset} on it cannot be told where documents begin; write the object anew, one document a line`;
  return new InputError('FRAMING_LOST', message, { details: { offset } });
}

class DocumentReader {
  readonly #collector: EventCollector;
  readonly #filter: LineFilter | null;
  #held: FramedDocument | null = null;
  #number = 0;
  #sampledStretch = -1;

  constructor(collector: EventCollector, filter: LineFilter | null) {
    this.#collector = collector;
    this.#filter = filter;
  }

  read(entry: FramedDocument | FramingFault): void {
    this.#release(false);
    if ('bytes' in entry) {
      this.#held = entry;
      return;
    }
    this.#number += 1;
    this.#sampledStretch = Math.max(this.#sampledStretch, Math.floor(entry.offset / SAMPLE_BYTES));
    this.#collector.malformed(entry.offset, this.#line, entry.code, entry.error);
  }

  end(): void {
    this.#release(true);
  }

  #release(isLast: boolean): void {
    const document = this.#held;
    if (document === null) return;
    this.#held = null;
    this.#number += 1;
    const stretch = Math.floor(document.offset / SAMPLE_BYTES);
    const isSample = isLast || stretch > this.#sampledStretch;
    this.#sampledStretch = Math.max(stretch, this.#sampledStretch);
    const { bytes, offset } = document;
    if (!isSample && this.#filter !== null && !this.#filter.mayHold(bytes, 0, bytes.length)) {
      this.#collector.searched(1);
      return;
    }
    this.#collector.parse({
      bytes,
      start: 0,
      end: bytes.length,
      base: offset,
      isSample,
      line: this.#line,
      action: null,
    });
  }

  /** The number of the document among those of the object. */
  readonly #line = (): number => this.#number;
}
