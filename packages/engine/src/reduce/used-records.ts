// Which ledger records a reduction rests on. Their hashes are written down first: a success that comes later counts only when a new
// generation reduces again.

import { hash } from 'node:crypto';
import {
  FORMAT_VERSION,
  InputError,
  SEMANTICS_REVISION,
  compareText,
  damagedFile,
  sha256Hex,
  type RunStore,
} from '@coldhunt/core';
import type { PlanLine, Shard } from '../plan/output.ts';
import { encodeLines, listRecords, parseShardRecord, readLines, type ShardRecord } from '../scan/output.ts';
import { checkRecord } from './check-record.ts';
import { parseVersioned } from './read-reduce-done.ts';
import { readAhead } from './read-ahead.ts';

const RECORDS_AT_ONCE = 16;

/** A record that is used; path and sha256 are null for a shard that has none. */
export interface UsedRecord {
  readonly shard_id: string;
  readonly path: string | null;
  readonly sha256: string | null;
}

export type TakenLine =
  | { readonly kind: 'skipped'; readonly object: Extract<PlanLine, { kind: 'skipped' }>['object'] }
  | { readonly kind: 'record'; readonly used: UsedRecord; readonly record: ShardRecord; readonly path: string }
  | { readonly kind: 'missing'; readonly used: UsedRecord; readonly shard: Shard };

export interface RecordChoice {
  readonly paths: ReadonlyMap<string, { readonly path: string | null; readonly sha256: string | null }>;
  /** Whether it was written down before: then nothing else counts. */
  readonly isFixed: boolean;
}

function recordsPath(generation: number): string {
  return `reduce/records-${generation}.zst`;
}

/** What was written down for this generation, else what stands in the run folder now. */
export async function chooseRecords(store: RunStore, generation: number): Promise<RecordChoice> {
  const written = await readUsedRecords(store, generation);
  if (written !== null) return { paths: new Map(written.map((used) => [used.shard_id, used])), isFixed: true };
  const found = await listRecords(store);
  return { paths: new Map([...found].map(([id, { path }]) => [id, { path, sha256: null }])), isFixed: false };
}

/**
 * The plan line by line, each shard with its record. Throws InputError RUN_DAMAGED, RUN_INVALID when a record is not what was written down, and
 * InvariantError when it is not about the objects of its shard.
 */
export async function* takeRecords(
  store: RunStore,
  plan: AsyncIterable<PlanLine>,
  choice: RecordChoice,
): AsyncGenerator<TakenLine> {
  yield* readAhead(plan, RECORDS_AT_ONCE, (line) => takeRecord(store, line, choice));
}

/** One line of the plan, as `takeRecords` gives it. */
export async function takeRecord(store: RunStore, line: PlanLine, choice: RecordChoice): Promise<TakenLine> {
  if (line.kind === 'skipped') return line;
  const { shard } = line;
  const chosen = choice.paths.get(shard.id);
  if (chosen === undefined || chosen.path === null) {
    return { kind: 'missing', shard, used: { shard_id: shard.id, path: null, sha256: null } };
  }
  const bytes = await store.get(chosen.path);
  if (bytes === null) throw damagedFile(chosen.path, 'it is gone');
  const record = parseShardRecord(bytes, chosen.path);
  const sha256 = sha256Hex(bytes);
  if (chosen.sha256 !== null && chosen.sha256 !== sha256) {
    throw new InputError('RUN_INVALID', `${chosen.path} is not the record that this reduction began with`);
  }
  if (record.shard_id !== shard.id) {
    throw new InputError('RUN_INVALID', `${chosen.path} is the record of shard ${record.shard_id}`);
  }
  checkRecord(record, shard);
  return { kind: 'record', record, path: chosen.path, used: { shard_id: shard.id, path: chosen.path, sha256 } };
}

/** Writes down what is used. `false` when another reducer was first with another choice. */
export async function writeUsedRecords(
  store: RunStore,
  generation: number,
  records: readonly UsedRecord[],
): Promise<boolean> {
  const header = JSON.stringify({
    format: FORMAT_VERSION,
    semantics_revision: SEMANTICS_REVISION,
    count: records.length,
    sha256: hashRecords(records),
  });
  const body = Buffer.concat([...encodeLines([header, ...records.map((used) => JSON.stringify(used))])]);
  if ((await store.putOnce(recordsPath(generation), body)) === 'created') return true;
  const written = await readUsedRecords(store, generation);
  return written !== null && hashRecords(written) === hashRecords(records);
}

async function readUsedRecords(store: RunStore, generation: number): Promise<readonly UsedRecord[] | null> {
  const path = recordsPath(generation);
  const bytes = await store.get(path);
  if (bytes === null) return null;
  const found: UsedRecord[] = [];
  let header: Record<string, unknown> | null = null;
  const whole = (async function* () {
    yield bytes;
  })();
  for await (const lines of readLines(whole, path)) {
    for (const line of lines) {
      if (header === null) header = { ...parseVersioned(line, path) };
      else found.push(JSON.parse(line) as UsedRecord);
    }
  }
  if (header?.['count'] !== found.length || header['sha256'] !== hashRecords(found)) {
    throw damagedFile(path, 'its records are not those that its first line counts');
  }
  return found;
}

/** SHA-256 over the sorted (path, SHA-256) of the records. */
export function hashRecords(records: readonly UsedRecord[]): string {
  const lines = records.map(({ shard_id, path, sha256 }) => `${path ?? shard_id} ${sha256 ?? '-'}\n`);
  return hash('sha256', lines.toSorted(compareText).join(''));
}
