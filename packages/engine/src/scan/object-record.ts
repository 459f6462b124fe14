// What one object gave, as the ledger keeps it.

import { assertInvariant } from '@coldhunt/core';
import type { ObjectKind, Reading } from '@coldhunt/formats';
import type { ShardObject } from '../plan/output.ts';
import type { ObjectIdentity } from './keep-hits.ts';
import type { EventCounts } from './match-event.ts';
import type { ObjectCover } from './object-cover.ts';
import type { ObjectRecord } from './output.ts';

export interface ObjectFailure {
  readonly code: string;
  readonly message: string;
}

export interface ObjectOutcome {
  readonly identity: ObjectIdentity;
  readonly reading: Reading | null;
  readonly failure: ObjectFailure | null;
  readonly events: EventCounts;
  readonly cover: ObjectCover;
}

const NO_LINES = { read: 0, searched: 0, parsed: 0, malformed: 0, blank: 0 };

export function toObjectRecord(object: ShardObject, outcome: ObjectOutcome): ObjectRecord {
  const { identity, reading, failure, events, cover } = outcome;
  const counts = reading?.counts;
  const lines = countLines(outcome);
  const state = stateOf(outcome);
  const { kind } = reading ?? { kind: null };
  assertInvariant(
    lines.read === lines.searched + lines.parsed + lines.malformed + lines.blank,
    `lines of ${object.uri} do not add up`,
    { lines },
  );
  assertInvariant(events.read <= lines.parsed, `${object.uri} has more events than parsed lines`, { events, lines });
  return {
    uri: object.uri,
    etag: object.etag,
    version_id: identity.version_id,
    archive: object.archive,
    bytes: object.range === null ? object.size : object.range.to - object.range.from,
    size: object.size,
    range: object.range === null ? null : { from: object.range.from, to: object.range.to },
    ...state,
    message: failure?.message ?? (kind?.kind === 'refused' ? kind.advice : null),
    compression: kind?.kind === 'text' || kind?.kind === 'parquet' ? kind.compression : 'none',
    framing: kind?.kind === 'text' ? kind.framing : (kind?.kind ?? 'unknown'),
    envelopes: sortedMap(counts?.envelopes ?? {}),
    columns: sortedMap(counts?.columns ?? {}),
    decompressed_bytes: counts?.decompressedBytes ?? 0,
    lines,
    events: { ...events },
    malformed_samples: (counts?.malformedSamples ?? []).map(({ line, offset, code, error, sha256 }) => ({
      line,
      offset,
      code,
      error,
      ...(sha256 === undefined ? {} : { sha256 }),
    })),
    ...waivedLines(counts?.watchedLines ?? new Map()),
    key_time: object.key_time === null ? null : { from: object.key_time.from, to: object.key_time.to },
    ...cover.finish(state.state === 'scanned' ? object.key_time : null),
  };
}

function waivedLines(met: ReadonlyMap<string, number>): Pick<ObjectRecord, 'waived_lines'> {
  const some = [...met].filter(([, count]) => count > 0);
  return some.length === 0 ? {} : { waived_lines: sortedMap(Object.fromEntries(some)) };
}

// Where reading broke off, lines may have been parsed that were never handed over: they were not examined.
function countLines({ reading, failure, events }: ObjectOutcome): ObjectRecord['lines'] {
  const lines = { ...NO_LINES, ...reading?.counts.lines };
  if (failure === null) return lines;
  return { ...lines, parsed: events.read, read: lines.read - lines.parsed + events.read };
}

function stateOf({ failure, reading }: ObjectOutcome): Pick<ObjectRecord, 'state' | 'reason'> {
  // What lies in an archive tier is no fault of the hunt: it is named with the bytes to restore.
  if (failure?.code === 'OBJECT_ARCHIVED') return { state: 'skipped', reason: 'archived' };
  if (failure !== null) return { state: 'failed', reason: failure.code };
  return skippedAs(reading?.kind ?? null);
}

function skippedAs(kind: ObjectKind | null): Pick<ObjectRecord, 'state' | 'reason'> {
  if (kind?.kind === 'empty') return { state: 'skipped', reason: 'empty' };
  if (kind?.kind === 'refused') return { state: 'skipped', reason: `refused: ${kind.name}` };
  return { state: 'scanned', reason: null };
}

function sortedMap<T>(map: Readonly<Record<string, T>>): Record<string, T> {
  return Object.fromEntries(Object.entries(map).toSorted(([a], [b]) => (a < b ? -1 : 1)));
}
