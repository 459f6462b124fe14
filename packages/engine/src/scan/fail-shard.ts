// The record of a shard that no attempt brought to an end: all of its objects failed. Written by whoever gives the shard up.

import { FORMAT_VERSION, SEMANTICS_REVISION, type ErrorCode, type RunStore } from '@coldhunt/core';
import type { Shard, ShardObject } from '../plan/output.ts';
import type { RunFile } from '../question/output.ts';
import { failedPath } from './list-records.ts';
import type { ObjectRecord, ShardRecord } from './output.ts';
import { encodeShardRecord } from './record-codec.ts';

export interface FailShardOptions {
  readonly run: RunFile;
  readonly store: RunStore;
  /** `SHARD_GAVE_UP`, `SHARD_FAILED`, or the code of what was thrown. */
  readonly code: ErrorCode;
  readonly message: string;
}

/** Writes scan/<id>.failed-<generation>.json unless there is one. */
export async function failShard(
  shard: Shard,
  { run, store, code, message }: FailShardOptions,
): Promise<{ readonly record: ShardRecord; readonly path: string; readonly written: 'created' | 'exists' }> {
  const record: ShardRecord = {
    format: FORMAT_VERSION,
    semantics_revision: SEMANTICS_REVISION,
    shard_id: shard.id,
    sequence: shard.sequence,
    state: 'failed',
    objects: shard.objects.map((object) => failedObject(object, code, message)),
    matches: {},
    excepted: {},
    without_time_samples: [],
    warnings: [],
    stored: { kind: 'inline', matches: [], events: [] },
  };
  const path = failedPath(shard.id, run.generation);
  return { record, path, written: await store.putOnce(path, encodeShardRecord(record)) };
}

function failedObject(object: ShardObject, reason: string, message: string): ObjectRecord {
  const { uri, etag, size, range, archive, key_time } = object;
  return {
    uri,
    etag,
    version_id: null,
    archive,
    bytes: range === null ? size : range.to - range.from,
    size,
    range,
    state: 'failed',
    reason,
    message,
    compression: 'none',
    framing: 'unknown',
    envelopes: {},
    columns: {},
    decompressed_bytes: 0,
    lines: { read: 0, searched: 0, parsed: 0, malformed: 0, blank: 0 },
    events: { read: 0, without_time: 0, in_history: 0, in_range: 0, outside: 0 },
    malformed_samples: [],
    key_time,
    covers: null,
    implausible_times: 0,
    census: {},
  };
}
