// Hot path. One object of a shard: open, then batch by batch match and collect. Waits once per batch, never per event.

import { AppError, InvariantError, TransientError, type ObjectReader } from '@coldhunt/core';
import { openObject, type Reading } from '@coldhunt/formats';
import type { ShardObject } from '../plan/output.ts';
import { evidenceOf, keepHits, type ObjectIdentity } from './keep-hits.ts';
import type { MatchCollector } from './match-collector.ts';
import { matchEvent, zeroEvents, type Hit, type MatchTally, type TimelessHit } from './match-event.ts';
import type { NearMissCollector } from './near-misses.ts';
import { ObjectCover } from './object-cover.ts';
import { toObjectRecord, type ObjectFailure } from './object-record.ts';
import type { ObjectRecord, ShardRecord } from './output.ts';
import { readOptionsOf } from './read-options.ts';
import type { ScanContext } from './scan-context.ts';

const TIMELESS_KEPT = 10;

export interface ObjectScan extends ScanContext {
  readonly collector: MatchCollector;
  readonly tally: MatchTally;
  readonly timeless: ShardRecord['without_time_samples'][number][];
  readonly warnings: Set<string>;
  /** null: the run asks for none. */
  readonly nearMisses: NearMissCollector | null;
  readonly isLastAttempt: boolean;
  readonly waitsWhenThrottled: boolean;
  readonly signal: AbortSignal | undefined;
  readonly advance: (counts: { readonly decompressedBytes: number; readonly events: number }) => void;
}

/**
 * Scans what the shard owns of an object. An object that cannot be read (to its end) gives a record that says so, with its
 * readable part counted; a passing fault is thrown unless this is the last attempt; bugs and a stopped signal are thrown.
 */
export async function scanObject(object: ShardObject, reader: ObjectReader, scan: ObjectScan): Promise<ObjectRecord> {
  const events = zeroEvents();
  const hits: Hit[] = [];
  const timeless: TimelessHit[] = [];
  const cover = new ObjectCover(scan.listedAtMs, scan.census);
  const tally = { ...scan.tally, events, hits, timeless };
  const { max_skew_ms: maxSkewMs } = scan.question.options;
  const keySpan = object.key_time ?? object.key_span ?? null;
  const mine = {
    ...scan,
    archiveIndex: scan.question.archives[object.archive]?.index ?? null,
    clock: maxSkewMs === undefined ? null : { listedAtMs: scan.listedAtMs, maxSkewMs, keySpan },
  };
  let reading = null as Reading | null;
  let failure: ObjectFailure | null = null;
  try {
    const open = await openObject(reader, readOptionsOf(scan, object.range, scan.signal));
    reading = open;
    for await (const batch of open.batches()) {
      scan.signal?.throwIfAborted();
      for (let i = 0; i < batch.length; i += 1) {
        const event = batch[i];
        if (event === undefined) continue;
        const timeMs = matchEvent(event, mine, tally);
        if (mine.nearMisses !== null) mine.nearMisses.look(event, timeMs);
        cover.add(event, timeMs, mine.archiveIndex);
      }
      if (!isWhole(open)) cover.isWhole = false;
      if (hits.length > 0) await keepHits(hits.splice(0), identityOf(reader), scan.collector, scan.warnings);
      if (mine.nearMisses !== null) await mine.nearMisses.keep(identityOf(reader));
      if (timeless.length > 0) await keepTimeless(timeless.splice(0), identityOf(reader), scan.timeless);
      scan.advance({ decompressedBytes: open.counts.decompressedBytes, events: events.read });
    }
  } catch (error) {
    failure = toFailure(error, scan);
  }
  if (reading === null || failure !== null || !isWhole(reading)) cover.isWhole = false;
  if (reading !== null) cover.addStatistics(reading.counts.timeStatistics);
  return toObjectRecord(object, { identity: identityOf(reader), reading, failure, events, cover });
}

function identityOf({ uri, etag, versionId }: ObjectReader): ObjectIdentity {
  return { uri, etag, version_id: versionId };
}

function isWhole({ counts }: Reading): boolean {
  return counts.lines.searched === 0 && counts.lines.malformed === 0;
}

async function keepTimeless(
  found: readonly TimelessHit[],
  identity: ObjectIdentity,
  samples: ShardRecord['without_time_samples'][number][],
): Promise<void> {
  const left = new Map<string, number>();
  const kept = found.filter(({ ruleId }) => {
    const free = left.get(ruleId) ?? TIMELESS_KEPT - samples.filter(({ rule_id }) => rule_id === ruleId).length;
    left.set(ruleId, free - 1);
    return free > 0;
  });
  samples.push(
    ...(await Promise.all(
      kept.map(async ({ event, ruleId }) => ({ rule_id: ruleId, evidence: await evidenceOf(event, identity) })),
    )),
  );
}

/** What makes an object failed; a bug, a stopped signal, and a fault that may pass are thrown. */
export function toFailure(error: unknown, scan: ObjectScan): ObjectFailure {
  scan.signal?.throwIfAborted();
  if (!(error instanceof AppError) || error instanceof InvariantError) throw error;
  if (error instanceof TransientError && !scan.isLastAttempt) throw error;
  if (error.code === 'STORAGE_THROTTLED' && scan.waitsWhenThrottled) throw error;
  return { code: error.code, message: error.message };
}
