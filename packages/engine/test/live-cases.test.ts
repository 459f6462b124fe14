// Kibana's functional cases for new-terms, query and threshold rules (semantics.md 8.D, 8.E, 8.F, 8.J) and derived ones, in mode `parity`. A new case is a
// new row of cases/live.json, no code; the rows of cases/new-terms.json that name a window run here too.

import { readFileSync } from 'node:fs';
import type { Document } from '@coldhunt/core';
import { compileRule, createFieldTypes, type Rule } from '@coldhunt/rules';
import { describe, expect, it } from 'vitest';
import { buildQuestion, buildRule } from './build-match.ts';
import { cutObjects, huntShards, type HuntedShards } from './hunt-shards.ts';

interface Case {
  readonly id: string;
  readonly rule: Partial<Rule>;
  readonly events: readonly Document[];
  readonly range?: readonly [string, string];
  readonly offset_ms?: number;
  /** Fields of the alerts, in their order; null: the field is absent. */
  readonly alerts: readonly Document[];
  /** Default: false. */
  readonly in_any_order?: boolean;
  /** What the live rule misses. Default: 0. */
  readonly cut?: number;
  readonly late?: number;
  readonly unseen?: number;
  /** Part of the rule's one warning. Default: it has none. */
  readonly warns?: string;
}

interface CompleteCase {
  readonly id: string;
  readonly fields: readonly string[];
  readonly query: string;
  readonly excluded?: readonly string[];
  readonly window: string;
  readonly from: string;
  readonly events: readonly Document[];
  readonly alerts: readonly (readonly unknown[])[];
}

const readCases = <T>(name: string): readonly T[] =>
  JSON.parse(readFileSync(new URL(`cases/${name}.json`, import.meta.url), 'utf8')) as readonly T[];

async function hunt(
  given: Partial<Rule>,
  events: readonly Document[],
  { range, offset_ms, excluded = [] }: Pick<Case, 'range' | 'offset_ms'> & { readonly excluded?: readonly string[] },
): Promise<HuntedShards> {
  const rule = buildRule(given);
  const base = buildQuestion([rule], { mode: 'parity', from: range?.[0] ?? null, to: range?.[1] ?? null });
  const bodies = { 'events.ndjson': events.map((event) => `${JSON.stringify(event)}\n`).join('') };
  return huntShards(bodies, cutObjects(bodies, []), {
    question: { ...base, options: { ...base.options, schedule_offset_ms: offset_ms ?? 0 } },
    rules: [compileRule(rule, { fieldTypes: createFieldTypes(), excludeQueries: excluded })],
    listedAt: '2026-03-01T00:00:00.000Z',
  });
}

describe('live rules as Kibana tests them', () => {
  it.each(readCases<Case>('live'))('$id', async (row) => {
    const { alerts, done } = await hunt(row.rule, row.events, row);
    const told = alerts.map((alert) => pick(alert, row.alerts[0] ?? {}));
    const expected = row.alerts.map((fields) => JSON.stringify(fields));
    if (row.in_any_order === true) expect(told.toSorted()).toEqual(expected.toSorted());
    else expect(alerts.map((alert, i) => pick(alert, row.alerts[i] ?? {}))).toEqual(expected);
    const [result] = done.rules;
    const { cut = 0, late = 0, unseen = 0 } = row;
    expect(result?.live).toMatchObject({ cut, late, unseen });
    const warnings = (result?.warnings ?? []).filter((warning) => warning.includes('max_signals'));
    expect(warnings.length).toBe(row.warns === undefined ? 0 : 1);
  });

  // A history that moves with the executions would pass a start that does not.
  const complete = readCases<CompleteCase>('new-terms').filter(
    ({ id, window }) => !id.includes('in complete') && !window.startsWith('now'),
  );
  it.each(complete)('$id, from $from on', async ({ fields, query, excluded, window, from, events, alerts: terms }) => {
    const rule = { query, new_terms_fields: fields, history_window_start: window, from, max_signals: 1_000 };
    const { alerts } = await hunt(rule, events, excluded === undefined ? {} : { excluded });
    const told = (all: readonly unknown[]): readonly string[] => all.map((each) => JSON.stringify(each)).toSorted();
    expect(told(alerts.map((alert) => alert['kibana.alert.new_terms']))).toEqual(told(terms));
  });
});

/** The fields that a row names, as text. */
function pick(alert: Document, fields: Document): string {
  return JSON.stringify(Object.fromEntries(Object.keys(fields).map((name) => [name, alert[name] ?? null])));
}
