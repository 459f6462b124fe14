// What a reader gives: batches of events, and counts that add up. The same for text and Parquet.

import type {
  ByteRange,
  ChunkMemory,
  Document,
  EventView,
  FieldPath,
  LineFilter,
  ObjectReader,
  Requirement,
  Scalar,
} from '@coldhunt/core';
import type { DocumentScanner } from './text/document-scanner.ts';

export type Compression = 'none' | 'gzip' | 'zstd';

export type Framing = 'ndjson' | 'concatenated' | 'array' | 'records' | 'tagged' | 'bulk' | 'parquet';

export type Envelope =
  | 'none'
  | 'elasticdump'
  | 'es_archiver'
  | 'chainsaw'
  | 'message'
  | '_raw'
  | 'log'
  | 'value'
  // Columns of Parquet alone.
  | 'raw'
  | 'event'
  | 'body';

/** What the first bytes of an object say it is. */
export type ObjectKind =
  | { readonly kind: 'empty' }
  | { readonly kind: 'refused'; readonly name: string; readonly advice: string }
  | { readonly kind: 'text'; readonly compression: Compression; readonly framing: Exclude<Framing, 'parquet'> }
  | { readonly kind: 'parquet'; readonly compression: Compression };

export interface ReadOptions {
  /** The bytes of the object that this shard owns; null: all. Where the object cannot be cut, the shard that owns byte 0 reads all of it, the others nothing. */
  readonly range: ByteRange | null;
  /** Fields that will be asked for; null: all. Readers may leave the rest out of `view`, never out of `document()`. */
  readonly fields: readonly FieldPath[] | null;
  /** For the same fields, to be used for many objects; absent: one is made. */
  readonly scanner?: DocumentScanner | null;
  /** Rules out rows (Parquet) before they are decoded. */
  readonly requirement: Requirement;
  /** Rules out lines (text) before they are parsed; null: every line is parsed. */
  readonly lineFilter: LineFilter | null;
  /** Where the chunks of a text are read to, one object at a time; absent: memory of the reading's own. */
  readonly memory?: ChunkMemory | null;
  /** Events are asked only until the next batch is: then the memory that they point into is used again. Default: they last. */
  readonly eventsEndWithBatch?: boolean;
  readonly maxLineBytes: number;
  /** SHA-256 of malformed lines that are counted by themselves. Default: none. */
  readonly watchedLines?: ReadonlySet<string>;
  /** Compressed objects: decompressed bytes for each stored byte, from 64 MiB of output on. Default 500. */
  readonly maxExpansionRatio?: number;
  /** Compressed objects: decompressed bytes of one object. Default 1 TiB. */
  readonly maxDecompressedBytes?: number;
  /** For tests of Parquet pages that are read in slices: from which length on, and how long these are. */
  readonly longPages?: { readonly longPageBytes: number; readonly sliceBytes: number };
  /** The field of event times, whose statistics a Parquet file gives. Default `@timestamp`. */
  readonly timeField?: FieldPath;
  readonly signal?: AbortSignal;
}

/** Where an event lies in its object; with the object's uri, etag and version it is `coldhunt.evidence`. */
export type Coordinates =
  | {
      readonly coordinate: 'raw' | 'decompressed';
      readonly offset: number;
      readonly length: number;
      readonly sha256: string;
    }
  | { readonly coordinate: 'row'; readonly row_group: number; readonly row: number; readonly sha256: string };

export interface SourceEvent {
  readonly view: EventView;
  /** Byte offset of the framed document, or the row's number in the file: the last part of the total order. */
  readonly position: number;
  /** One of the lines that are always parsed (cli.md): the only ones that count for hours, gaps and the census. Parquet: first row of each row group. */
  readonly isSample: boolean;
  readonly envelope: Envelope;
  /** `_id` and `_index` of the envelope (or the bulk action), where there was one. */
  readonly id: string | null;
  readonly index: string | null;
  /** The whole (unwrapped) event; Parquet reads the other columns only now. */
  document(): Promise<Document>;
  coordinates(): Promise<Coordinates>;
  /** The bytes that the checksum of the coordinates is of: the framed document as it was read, or a row's canonical JSON. */
  framed(): Promise<Uint8Array>;
  /**
   * The event as one line: the framed document's bytes as read (text), or its canonical JSON (row); the inner event where an envelope was
   * unwrapped; written anew where it spans lines.
   */
  bytes(): Promise<Uint8Array>;
}

export interface MalformedSample {
  /** Line number from 1 within the object where it is known (shard owns the start), else 0. */
  readonly line: number;
  readonly offset: number;
  readonly code: string;
  readonly error: string;
  /** Of its bytes, where they were held: not of a line that is too long, nor of what stands between torn documents. */
  readonly sha256?: string;
}

/** Live while reading, final after the last batch. lines.read = searched + parsed + malformed + blank. */
export interface ReadCounts {
  lines: { read: number; searched: number; parsed: number; malformed: number; blank: number };
  /** The first 10, in order of offset. */
  malformedSamples: MalformedSample[];
  /** How often each of the lines of `ReadOptions.watchedLines` was met. */
  watchedLines: Map<string, number>;
  /** Bytes after decompression. */
  decompressedBytes: number;
  /** Parquet: min and max of the time column by row group, from statistics. */
  timeStatistics: { min: Scalar; max: Scalar }[];
  /** Parquet: wanted field -> the column that gives it and how (`process.args` -> `process_args (underscore alias)`); null: no column. */
  columns: Record<string, string | null>;
  envelopes: Partial<Record<Envelope, number>>;
}

export interface Reading {
  readonly object: ObjectReader;
  readonly kind: ObjectKind;
  /** Whether this shard's range owns anything of the object (an object that cannot be cut belongs to the range with byte 0). */
  readonly ownsAnything: boolean;
  readonly counts: ReadCounts;
  /**
   * The events in order of position. A corrupt tail throws InputError (GZIP_CORRUPT, ZSTD_CORRUPT, PARQUET_CORRUPT, EXPANSION_LIMIT) or a text torn beyond telling (FRAMING_LOST) after
   * the batches of the readable part; storage errors pass through.
   */
  batches(): AsyncIterable<readonly SourceEvent[]>;
}
