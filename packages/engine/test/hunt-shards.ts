// A hunt over objects in memory, cut at any bytes into shards: scanned in any order and reduced in any number of partitions.

import { SEMANTICS_REVISION } from '@coldhunt/core';
import type { Document } from '@coldhunt/core';
import type { CompiledRule } from '@coldhunt/rules';
import fc from 'fast-check';
import type { Plan, PlanLine, Shard, ShardObject } from '../src/plan/output.ts';
import type { Question } from '../src/question/output.ts';
import type { AlertBuilder } from '../src/reduce/output.ts';
import { reduceHunt, type Reduction } from '../src/reduce/reduce-hunt.ts';
import { scanShard } from '../src/scan/scan-shard.ts';
import { buildRun } from './build-match.ts';
import { createMemorySource, uriOf } from './memory-source.ts';
import { createMemoryStore, type MemoryStore } from './memory-store.ts';

export interface HuntShardsOptions {
  readonly question: Question;
  readonly rules: readonly CompiledRule[];
  readonly listedAt: string;
  /** Default: the documents of a hunt. */
  readonly buildAlert?: AlertBuilder;
  readonly partitions?: number;
  readonly memoryChars?: number;
  /** Shards are begun in the order of these numbers; none: as they stand. */
  readonly order?: readonly number[];
  /** Every shard is scanned a second time, as a queue may deliver it. */
  readonly isTwice?: boolean;
}

export interface HuntedShards extends Reduction {
  readonly alerts: readonly Document[];
  readonly store: MemoryStore;
  readonly plan: Plan;
}

/** For up to sixteen shards. */
export const anyOrder = fc.array(fc.nat(), { minLength: 16, maxLength: 16 });

/** How three objects are cut, and what of the work must change no answer. */
export const anyWork = {
  cuts: fc.array(fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 2 }), {
    minLength: 3,
    maxLength: 3,
  }),
  partitions: fc.integer({ min: 1, max: 3 }),
  memoryChars: fc.constantFrom(0, 3_000, 1_000_000),
  order: anyOrder,
  isTwice: fc.boolean(),
};

/** Each object is cut at fractions of its length. */
export function cutObjects(bodies: Readonly<Record<string, string>>, cuts: readonly (readonly number[])[]): Shard[] {
  const shards: Shard[] = [];
  for (const [index, [key, body]] of Object.entries(bodies).entries()) {
    const size = Buffer.byteLength(body);
    const inner = (cuts[index] ?? []).map((part) => Math.floor(part * size)).filter((at) => at > 0 && at < size);
    const borders = [0, ...new Set(inner.toSorted((a, b) => a - b)), size];
    for (const [i, from] of borders.slice(0, -1).entries()) {
      const range = borders.length === 2 ? null : { from, to: borders[i + 1] ?? size };
      const object: ShardObject = { uri: uriOf(key), size, etag: 'e', archive: 0, range, key_time: null };
      const sequence = shards.length;
      shards.push({ id: String(sequence).padStart(32, '0'), sequence, objects: [object], bytes: size, rules: null });
    }
  }
  return shards;
}

export async function huntShards(
  bodies: Readonly<Record<string, string>>,
  shards: readonly Shard[],
  options: HuntShardsOptions,
): Promise<HuntedShards> {
  const { question, rules, listedAt, order = [], isTwice = false } = options;
  const run = buildRun(question);
  const store = createMemoryStore();
  const sources = [createMemorySource(bodies)];
  const place = ({ sequence }: Shard): number => order[sequence] ?? sequence;
  const begun = shards.toSorted((a, b) => place(a) - place(b));
  for (const shard of isTwice ? [...begun, ...begun] : begun) {
    await scanShard(shard, { run, rules, sources, store, listedAt });
  }
  const bytes = Object.values(bodies).reduce((sum, body) => sum + Buffer.byteLength(body), 0);
  const listed = { objects: Object.keys(bodies).length, bytes };
  const plan = {
    done: {
      format: 1,
      run_id: run.run_id,
      semantics_revision: SEMANTICS_REVISION,
      parts: [],
      listed_at: listedAt,
      shards: shards.length,
      listed,
      selected: listed,
      skipped: {},
      warnings: [],
    },
    async *lines(): AsyncGenerator<PlanLine> {
      for (const shard of shards) yield { kind: 'shard', shard };
    },
  };
  const reduction = await reduceHunt({
    run,
    store,
    rules,
    plan,
    ...(options.buildAlert === undefined ? {} : { buildAlert: options.buildAlert }),
    ...(options.partitions === undefined ? {} : { partitions: options.partitions }),
    ...(options.memoryChars === undefined ? {} : { memoryChars: options.memoryChars }),
  });
  const text = Buffer.from(store.files.get('alerts.ndjson') ?? []).toString();
  const alerts = text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Document);
  return { ...reduction, alerts, store, plan };
}
