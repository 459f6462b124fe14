// The near misses of all shards -> near-misses.ndjson: of each rule the first in the order of time and place, so that it is the same however
// the hunt was cut.

import { compareText, parseJson, stringifyDocument, type DocumentValue, type RunStore } from '@coldhunt/core';
import type { Plan } from '../plan/output.ts';
import type { RunFile } from '../question/output.ts';
import { compareNearMisses, type NearMiss } from '../scan/output.ts';
import { chooseRecords, takeRecords } from './used-records.ts';

/** How many near misses a hunt may ask for, of all its rules together. */
export const MOST_NEAR_MISSES = 1_000;

export interface NearMissOptions {
  readonly run: RunFile;
  readonly store: RunStore;
  readonly plan: Plan;
  /** Of each rule. */
  readonly most: number;
}

/** After the reduction, which fixed the records that count. */
export async function writeNearMisses({ run, store, plan, most }: NearMissOptions): Promise<void> {
  const choice = await chooseRecords(store, run.generation);
  const byRule = new Map<string, readonly NearMiss[]>();
  for await (const line of takeRecords(store, plan.lines(), choice)) {
    if (line.kind !== 'record') continue;
    for (const [rule, found] of Map.groupBy(line.record.near_misses ?? [], ({ rule_id }) => rule_id)) {
      const all = [...(byRule.get(rule) ?? []), ...found];
      byRule.set(rule, all.toSorted(compareNearMisses).slice(0, most));
    }
  }
  const names = new Map(run.question.rules.map(({ rule }) => [rule.rule_id, rule.name]));
  const rows = [...byRule].toSorted(([a], [b]) => compareText(a, b)).flatMap(([, misses]) => misses);
  const lines = rows.map((miss) => `${stringifyDocument(toLine(miss, names.get(miss.rule_id) ?? null))}\n`);
  await store.put('near-misses.ndjson', Buffer.from(lines.join('')));
}

function toLine({ rule_id, time_ms, differs_in, evidence, text }: NearMiss, name: string | null): DocumentValue {
  return {
    rule_id,
    rule_name: name,
    time: new Date(time_ms).toISOString(),
    differs_in: differs_in as unknown as DocumentValue,
    evidence: evidence as unknown as DocumentValue,
    event: text === null ? null : parseJson(text),
  };
}
