// Parquet -> events, row group by row group in slices of rows.

import {
  InputError,
  Timestamp,
  canonicalJson,
  parseJson,
  sha256Hex,
  viewDocument,
  type Document,
  type DocumentValue,
  type ObjectReader,
} from '@coldhunt/core';
import {
  parquetMetadataAsync,
  parquetReadObjects,
  type AsyncBuffer,
  type FileMetaData,
  type ParquetParsers,
} from 'hyparquet';
import { compressors } from 'hyparquet-compressors';
import type { Compression, ReadOptions, Reading, SourceEvent } from '../reading.ts';
import { createReadCounts } from '../text/read-counts.ts';

const SLICE_ROWS = 4_096;

/** Reads what the shard owns of a Parquet file: the row groups whose first byte lies in its range. Throws PARQUET_CORRUPT. */
export async function openParquet(
  object: ObjectReader,
  compression: Compression,
  options: ReadOptions,
): Promise<Reading> {
  const file: AsyncBuffer = {
    byteLength: object.size,
    slice: async (from, to = object.size) => {
      const bytes = await object.bytes({ from: from < 0 ? object.size + from : from, to }, options.signal);
      return bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength) as ArrayBuffer;
    },
  };
  const metadata = await guard(object, () => parquetMetadataAsync(file, { parsers: PARSERS }));
  const counts = createReadCounts();
  const groups = ownedGroups(metadata, options.range);
  return {
    object,
    kind: { kind: 'parquet', compression },
    ownsAnything: groups.length > 0,
    counts,
    async *batches() {
      for (const { group, firstRow, rows } of groups) {
        for (let from = 0; from < rows; from += SLICE_ROWS) {
          options.signal?.throwIfAborted();
          const to = Math.min(rows, from + SLICE_ROWS);
          const objects = await guard(object, () =>
            parquetReadObjects({
              file,
              metadata,
              rowStart: firstRow + from,
              rowEnd: firstRow + to,
              compressors,
              parsers: PARSERS,
            }),
          );
          const events = objects.map((row, index) =>
            toEvent(toDocument(row) as Document, { group, row: from + index, position: firstRow + from + index }),
          );
          counts.lines.read += events.length;
          counts.lines.parsed += events.length;
          yield events;
        }
      }
    },
  };
}

function ownedGroups(
  metadata: FileMetaData,
  range: ReadOptions['range'],
): readonly { group: number; firstRow: number; rows: number }[] {
  let firstRow = 0;
  return metadata.row_groups.flatMap((rowGroup, group) => {
    const rows = Number(rowGroup.num_rows);
    const starts = rowGroup.columns.map(({ meta_data: column }) =>
      Number(column?.dictionary_page_offset ?? column?.data_page_offset ?? 0),
    );
    const first = Math.min(...starts);
    const owned = { group, firstRow, rows };
    firstRow += rows;
    return range === null || (first >= range.from && first < range.to) ? [owned] : [];
  });
}

function toEvent(
  document: Document,
  { group, row, position }: { group: number; row: number; position: number },
): SourceEvent {
  const text = (): string => canonicalJson(document);
  return {
    view: viewDocument(document),
    position,
    isSample: row === 0,
    envelope: 'none',
    id: null,
    index: null,
    document: async () => document,
    coordinates: async () => ({ coordinate: 'row', row_group: group, row, sha256: sha256Hex(text()) }),
    bytes: async () => Buffer.from(text()),
  };
}

/** Nulls are no values, 64-bit integers that a double holds become numbers, bytes base64. */
function toDocument(value: unknown): DocumentValue {
  if (value === null || value === undefined) return null;
  if (typeof value === 'bigint') return Number.isSafeInteger(Number(value)) ? Number(value) : value;
  if (value instanceof Timestamp) return value;
  if (value instanceof Uint8Array) return Buffer.from(value).toString('base64');
  if (ArrayBuffer.isView(value))
    return Array.from(value as unknown as ArrayLike<number | bigint>, (entry) => toDocument(entry));
  if (Array.isArray(value)) return value.map((entry) => toDocument(entry));
  if (typeof value === 'object') {
    const entries = Object.entries(value).map(([key, entry]) => [key, toDocument(entry)] as const);
    return Object.fromEntries(entries.filter(([, entry]) => entry !== null));
  }
  return value as DocumentValue;
}

const DECODER = new TextDecoder();

const PARSERS = {
  timestampFromMilliseconds: (millis: bigint) => new Timestamp(BigInt(millis) * 1_000_000n, 3),
  timestampFromMicroseconds: (micros: bigint) => new Timestamp(BigInt(micros) * 1_000n, 6),
  timestampFromNanoseconds: (nanos: bigint) => new Timestamp(BigInt(nanos), 9),
  dateFromDays: (days: number) => new Date(days * 86_400_000).toISOString().slice(0, 10),
  stringFromBytes: (bytes: Uint8Array) => bytes && DECODER.decode(bytes),
  jsonFromBytes: (bytes: Uint8Array) => bytes && parseJson(DECODER.decode(bytes)),
  geometryFromBytes: (bytes: Uint8Array) => bytes,
  geographyFromBytes: (bytes: Uint8Array) => bytes,
  uuidFromBytes: (bytes: Uint8Array) => {
    if (!bytes) return undefined;
    const hex = Buffer.from(bytes).toString('hex');
    return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
  },
} as unknown as ParquetParsers;

async function guard<T>(object: ObjectReader, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof Error && 'code' in error) throw error;
    throw new InputError(
      'PARQUET_CORRUPT',
      `${object.uri}: ${error instanceof Error ? error.message : String(error)}`,
      { cause: error },
    );
  }
}
