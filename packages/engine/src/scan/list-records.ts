// Which ledger records count: a shard's success, else its latest failure.

import { InputError, damagedFile, type RunStore } from '@coldhunt/core';
import type { ShardRecord } from './output.ts';
import { parseShardRecord } from './record-codec.ts';

export interface RecordPath {
  readonly shard_id: string;
  readonly path: string;
  readonly state: 'ok' | 'failed';
  /** Of a failure; null for a success. */
  readonly generation: number | null;
}

const NAME = /^scan\/([0-9a-f]{8,64})\.(?:ledger|failed-(\d{1,9}))\.json$/;

export function ledgerPath(shardId: string): string {
  return `scan/${shardId}.ledger.json`;
}

export function failedPath(shardId: string, generation: number): string {
  return `scan/${shardId}.failed-${generation}.json`;
}

export function statsPath(shardId: string, attempt: number): string {
  return `scan/${shardId}.stats-${attempt}.json`;
}

/** The record that counts of every shard that has one, by shard id. Reads names only. */
export async function listRecords(store: RunStore): Promise<ReadonlyMap<string, RecordPath>> {
  const found = new Map<string, RecordPath>();
  for await (const paths of store.list('scan/')) {
    for (const path of paths) {
      const named = NAME.exec(path);
      const id = named?.[1];
      if (named === null || id === undefined) continue;
      const generation = named[2] === undefined ? null : Number(named[2]);
      const known = found.get(id);
      if (known === undefined || supersedes(generation, known.generation)) {
        found.set(id, { shard_id: id, path, state: generation === null ? 'ok' : 'failed', generation });
      }
    }
  }
  return found;
}

function supersedes(generation: number | null, known: number | null): boolean {
  if (known === null) return false;
  return generation === null || generation > known;
}

/** Throws InputError RUN_DAMAGED when there is no such record or it is damaged, RUN_INVALID when it belongs to another shard. */
export async function readRecord(store: RunStore, from: Pick<RecordPath, 'path' | 'shard_id'>): Promise<ShardRecord> {
  const bytes = await store.get(from.path);
  if (bytes === null) throw damagedFile(from.path, 'it is gone');
  const record = parseShardRecord(bytes, from.path);
  if (record.shard_id !== from.shard_id) {
    throw new InputError('RUN_INVALID', `${from.path} is the record of shard ${record.shard_id}`);
  }
  return record;
}
