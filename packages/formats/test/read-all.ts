// Reads an object whole, for the contract tests of the readers.

import {
  AppError,
  sha256Hex,
  NO_REQUIREMENT,
  stringifyDocument,
  type ByteRange,
  type LineFilter,
  type ObjectReader,
} from '@coldhunt/core';
import { openObject } from '../src/open-object.ts';
import type { ObjectKind, ReadCounts, ReadOptions, SourceEvent } from '../src/reading.ts';

interface ReadEvent {
  readonly json: string;
  readonly position: number;
  readonly isSample: boolean;
  readonly id: string | null;
  readonly index: string | null;
  readonly envelope: string;
  readonly length: number;
  readonly sha256: string;
  readonly bytes: string;
}

export interface WholeReading {
  readonly kind: ObjectKind;
  readonly events: readonly ReadEvent[];
  readonly counts: ReadCounts;
  readonly code: string | null;
}

export interface ReadAllOptions extends Partial<ReadOptions> {
  readonly lineFilter?: LineFilter | null;
}

/** Every event of an object with all that it tells, the counts, and the code of the error that ended the reading. */
export async function readAll(object: ObjectReader, options: ReadAllOptions = {}): Promise<WholeReading> {
  const reading = await openObject(object, {
    range: null,
    fields: null,
    requirement: NO_REQUIREMENT,
    lineFilter: null,
    maxLineBytes: 16 * 1024 * 1024,
    ...options,
  });
  const events: ReadEvent[] = [];
  let code: string | null = null;
  try {
    for await (const batch of reading.batches()) {
      for (const event of batch) {
        events.push({
          json: stringifyDocument(await event.document()),
          position: event.position,
          isSample: event.isSample,
          id: event.id,
          index: event.index,
          envelope: event.envelope,
          ...(await placeOf(event)),
          bytes: Buffer.from(await event.bytes()).toString('latin1'),
        });
      }
    }
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    code = error.code;
  }
  return { kind: reading.kind, events, counts: reading.counts, code };
}

async function placeOf(event: SourceEvent): Promise<{ readonly length: number; readonly sha256: string }> {
  const coordinates = await event.coordinates();
  if (sha256Hex(await event.framed()) !== coordinates.sha256)
    throw new Error('the checksum is not that of the framed bytes');
  return { length: coordinates.coordinate === 'row' ? 0 : coordinates.length, sha256: coordinates.sha256 };
}

/** Reads the shards between the cuts one after another, and adds them up. Line numbers, which a later shard cannot know, are left out. */
export async function readCut(
  object: ObjectReader,
  cuts: readonly number[],
  options: ReadAllOptions = {},
): Promise<Omit<WholeReading, 'kind'>> {
  const borders = [
    0,
    ...[...new Set(cuts)].toSorted((a, b) => a - b).filter((cut) => cut > 0 && cut < object.size),
    object.size,
  ];
  const parts: WholeReading[] = [];
  for (let index = 1; index < borders.length; index += 1) {
    const range: ByteRange = { from: borders[index - 1] as number, to: borders[index] as number };
    parts.push(await readAll(object, { ...options, range }));
  }
  return addUp(parts);
}

/** The sum of readings, without line numbers. */
export function addUp(parts: readonly Omit<WholeReading, 'kind'>[]): Omit<WholeReading, 'kind'> {
  const counts: ReadCounts = {
    lines: { read: 0, searched: 0, parsed: 0, malformed: 0, blank: 0 },
    malformedSamples: [],
    watchedLines: new Map(),
    decompressedBytes: 0,
    timeStatistics: [],
    columns: {},
    envelopes: {},
  };
  for (const part of parts) {
    for (const key of ['read', 'searched', 'parsed', 'malformed', 'blank'] as const)
      counts.lines[key] += part.counts.lines[key];
    counts.decompressedBytes += part.counts.decompressedBytes;
    counts.malformedSamples.push(...part.counts.malformedSamples.map((sample) => ({ ...sample, line: 0 })));
    for (const [name, count] of Object.entries(part.counts.envelopes)) {
      const envelope = name as keyof ReadCounts['envelopes'];
      counts.envelopes[envelope] = (counts.envelopes[envelope] ?? 0) + count;
    }
  }
  counts.malformedSamples = counts.malformedSamples.slice(0, 10);
  return {
    events: parts.flatMap((part) => part.events),
    counts,
    code: parts.find((part) => part.code !== null)?.code ?? null,
  };
}
