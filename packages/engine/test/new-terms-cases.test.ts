// Kibana's functional cases for new terms (semantics.md 8.D) and derived ones, as far as they hold in mode `complete`. A new case is
// a new row of cases/new-terms.json, no code.

import { SEMANTICS_REVISION } from '@coldhunt/core';
import { readFileSync } from 'node:fs';
import { compileRule, createFieldTypes } from '@coldhunt/rules';
import { describe, expect, it } from 'vitest';
import type { Document, DocumentValue } from '@coldhunt/core';
import type { PlanLine } from '../src/plan/output.ts';
import type { AlertBuilder } from '../src/reduce/output.ts';
import { reduceHunt } from '../src/reduce/reduce-hunt.ts';
import { scanShard } from '../src/scan/scan-shard.ts';
import { buildQuestion, buildRule, buildRun } from './build-match.ts';
import { createMemorySource, shardOf } from './memory-source.ts';
import { createMemoryStore } from './memory-store.ts';

interface Case {
  readonly id: string;
  readonly fields: readonly string[];
  readonly query: string;
  /** Queries whose matches are excepted. Default: none. */
  readonly excluded?: readonly string[];
  /** history_window_start. */
  readonly window: string;
  readonly from: string;
  readonly to: string;
  readonly events: readonly Document[];
  /** The terms of the alerts, in any order. */
  readonly alerts: readonly (readonly unknown[])[];
  readonly unkeyed: number;
  /** Fields that the event of the first alert has. */
  readonly first?: Document;
}

const cases = JSON.parse(readFileSync(new URL('cases/new-terms.json', import.meta.url), 'utf8')) as readonly Case[];

const buildAlert: AlertBuilder = ({ match, document }) => ({ terms: match.terms as DocumentValue, event: document });

async function hunt(row: Case): Promise<{ alerts: Document[]; unkeyed: number }> {
  const rule = buildRule({ query: row.query, new_terms_fields: row.fields, history_window_start: row.window });
  const run = buildRun(buildQuestion([rule], { from: row.from, to: row.to }));
  const rules = [compileRule(rule, { fieldTypes: createFieldTypes(), excludeQueries: row.excluded ?? [] })];
  const objects = { 'events.ndjson': row.events.map((event) => `${JSON.stringify(event)}\n`).join('') };
  const shard = shardOf(objects);
  const store = createMemoryStore();
  const listedAt = '2026-01-01T00:00:00.000Z';
  await scanShard(shard, { run, rules, sources: [createMemorySource(objects)], store, listedAt });
  const { done } = await reduceHunt({
    run,
    store,
    rules,
    buildAlert,
    plan: {
      done: {
        format: 1,
        run_id: run.run_id,
        semantics_revision: SEMANTICS_REVISION,
        parts: [],
        listed_at: listedAt,
        shards: 1,
        listed: { objects: 1, bytes: shard.bytes },
        selected: { objects: 1, bytes: shard.bytes },
        skipped: {},
        warnings: [],
      },
      async *lines(): AsyncGenerator<PlanLine> {
        yield { kind: 'shard', shard };
      },
    },
  });
  const text = Buffer.from(store.files.get('alerts.ndjson') ?? []).toString();
  const alerts = text.split('\n').filter((line) => line !== '');
  return { alerts: alerts.map((line) => JSON.parse(line) as Document), unkeyed: done.rules[0]?.unkeyed ?? 0 };
}

describe('new terms as Kibana tests them', () => {
  it.each(cases)('$id', async (row) => {
    const { alerts, unkeyed } = await hunt(row);
    const told = (terms: readonly unknown[][]): readonly string[] =>
      terms.map((each) => JSON.stringify(each)).toSorted();
    expect(told(alerts.map(({ terms }) => terms as unknown[]))).toEqual(told(row.alerts as unknown[][]));
    expect(unkeyed).toBe(row.unkeyed);
    if (row.first !== undefined) expect(alerts[0]?.['event']).toMatchObject(row.first);
  });
});
