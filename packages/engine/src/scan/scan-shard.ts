// Shard -> matches and a ledger record, written once. Every field of the record is a function of the archive's bytes and the
// question: a shard that is scanned twice, anywhere, gives the same bytes.

import { assertInvariant, FORMAT_VERSION, SEMANTICS_REVISION, type ObjectReader } from '@coldhunt/core';
import type { Shard, ShardObject } from '../plan/output.ts';
import { fetchAhead, type OpenedObject } from './fetch-ahead.ts';
import { createHashingReader } from './hashing-reader.ts';
import { failedPath, ledgerPath } from './list-records.ts';
import { MatchCollector } from './match-collector.ts';
import { emptyTally } from './match-event.ts';
import { NearMissCollector } from './near-misses.ts';
import type { ObjectRecord, ShardRecord, ShardStats } from './output.ts';
import { encodeShardRecord } from './record-codec.ts';
import { ruleEffort } from './rule-effort.ts';
import { prepareScan, type ScanOptions } from './scan-context.ts';
import { scanObject, toFailure, type ObjectScan } from './scan-object.ts';

export interface ScanResult {
  readonly record: ShardRecord;
  readonly path: string;
  readonly written: 'created' | 'exists';
  /** How it went; the caller adds worker and attempt and may write it to a stats file. */
  readonly stats: Omit<ShardStats, 'worker' | 'attempt'>;
}

/**
 * Scans a shard and writes its record last: `scan/<id>.ledger.json`, or `scan/<id>.failed-<generation>.json` when an object
 * could not be read. Throws TransientError unless it is the last attempt, InvariantError for a bug, and the signal's reason.
 */
export async function scanShard(shard: Shard, options: ScanOptions): Promise<ScanResult> {
  const startedAt = Date.now();
  const context = prepareScan(shard, options);
  const tally = emptyTally(context.rules);
  const collector = new MatchCollector(options.store);
  const objects: ObjectRecord[] = [];
  const done = { bytes: 0, decompressed: 0, events: 0 };
  const scan: ObjectScan = {
    ...context,
    collector,
    tally,
    timeless: [],
    warnings: new Set(),
    nearMisses:
      options.run.near_misses === undefined ? null : new NearMissCollector(context.rules, options.run.near_misses),
    isLastAttempt: options.isLastAttempt ?? true,
    waitsWhenThrottled: options.waitsWhenThrottled ?? false,
    signal: options.signal,
    advance: ({ decompressedBytes, events }) => report(decompressedBytes, events),
  };
  const report = (decompressedBytes: number, events: number): void =>
    options.progress?.({
      shard_id: shard.id,
      bytes: done.bytes,
      decompressed_bytes: done.decompressed + decompressedBytes,
      events: done.events + events,
      matches: [...tally.counts.values()].reduce((sum, { total }) => sum + total, 0),
    });
  const open = (object: ShardObject): ObjectReader => {
    const source = options.sources[object.archive];
    assertInvariant(
      source !== undefined,
      `shard ${shard.id} names archive ${object.archive}, which the run does not have`,
    );
    return source.open(object);
  };
  for (const opened of fetchAhead(shard.objects, open, options.signal)) {
    options.signal?.throwIfAborted();
    const record = await scanHashed(opened, { scan, hashes: options.run.hash_objects === true });
    objects.push(record);
    done.bytes += record.bytes;
    done.decompressed += record.decompressed_bytes;
    done.events += record.events.read;
    report(0, 0);
  }
  await options.onRead?.();
  const record: ShardRecord = {
    format: FORMAT_VERSION,
    semantics_revision: SEMANTICS_REVISION,
    shard_id: shard.id,
    sequence: shard.sequence,
    state: objects.every(isFinal) ? 'ok' : 'failed',
    objects,
    matches: sortedMap(tally.counts),
    excepted: sortedMap(new Map([...tally.excepted].map(([rule, items]) => [rule, sortedMap(items)]))),
    ...(tally.unevaluated.size === 0 ? {} : { unevaluated: sortedMap(tally.unevaluated) }),
    ...(tally.skewed.size === 0 ? {} : { skewed: sortedMap(tally.skewed) }),
    ...(scan.nearMisses === null ? {} : { near_misses: scan.nearMisses.finish() }),
    without_time_samples: scan.timeless,
    warnings: [...scan.warnings].toSorted(),
    stored: await collector.finish(),
  };
  const path = record.state === 'ok' ? ledgerPath(shard.id) : failedPath(shard.id, options.run.generation);
  const written = await options.store.putOnce(path, encodeShardRecord(record));
  return { record, path, written, stats: toStats(record, startedAt, { ...done, rules: ruleEffort(context) }) };
}

interface HashedScan {
  readonly scan: ObjectScan;
  readonly hashes: boolean;
}

/** Scans an object, and hashes its stored bytes when the run asks for it. One that cannot be read has no hash. */
async function scanHashed({ object, reader }: OpenedObject, { scan, hashes }: HashedScan): Promise<ObjectRecord> {
  if (!hashes) return scanObject(object, reader, scan);
  const hashing = createHashingReader(reader, object.range);
  const record = await scanObject(object, hashing, scan);
  try {
    return { ...record, sha256: await hashing.finish(scan.signal) };
  } catch (error) {
    toFailure(error, scan);
    scan.warnings.add(`the stored bytes of ${object.uri} could not be read to be hashed`);
    return record;
  }
}

// An archived object may be restored and then read: like a failure it is mended by a retry.
function isFinal({ state, reason }: ObjectRecord): boolean {
  return state !== 'failed' && reason !== 'archived';
}

function toStats(
  record: ShardRecord,
  startedAt: number,
  done: Pick<ShardStats, 'bytes' | 'events' | 'rules'> & { readonly decompressed: number },
): ScanResult['stats'] {
  return {
    shard_id: record.shard_id,
    started_at: new Date(startedAt).toISOString(),
    seconds: (Date.now() - startedAt) / 1000,
    bytes: done.bytes,
    decompressed_bytes: done.decompressed,
    events: done.events,
    peak_rss_bytes: process.resourceUsage().maxRSS * 1024,
    rules: done.rules,
  };
}

function sortedMap<T>(map: ReadonlyMap<string, T>): Record<string, T> {
  return Object.fromEntries([...map].toSorted(([a], [b]) => (a < b ? -1 : 1)));
}
