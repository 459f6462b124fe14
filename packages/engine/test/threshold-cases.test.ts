// Kibana's functional cases for threshold rules (semantics.md 8.J, with synthetic counts) and derived ones, in mode `complete`. A new
// case is a new row of cases/threshold.json, no code. The case with a timestamp override runs as Kibana has it in mode `parity`
// (cases/live.json); here the time of all rules is `--time-field`, and the same events stand in rows with either field.

import { readFileSync } from 'node:fs';
import type { Document, DocumentValue } from '@coldhunt/core';
import { compileRule, createFieldTypes, type Rule, type Threshold } from '@coldhunt/rules';
import { describe, expect, it } from 'vitest';
import { buildQuestion, buildRule } from './build-match.ts';
import { cutObjects, huntShards } from './hunt-shards.ts';

/** Events one `step_ms` apart; of `cycle` each takes the next value. */
interface Series {
  readonly count: number;
  readonly start: string;
  readonly step_ms: number;
  readonly event: Document;
  readonly cycle?: Readonly<Record<string, readonly DocumentValue[]>>;
}

interface Case {
  readonly id: string;
  readonly query?: string;
  readonly rule?: Partial<Rule>;
  readonly threshold: Threshold;
  readonly events: readonly Series[];
  readonly range?: readonly [string, string];
  readonly max_alerts?: number;
  readonly time_field?: string;
  /** Fields of the alerts, in their order. */
  readonly alerts: readonly Document[];
  readonly cut?: number;
}

const cases = JSON.parse(readFileSync(new URL('cases/threshold.json', import.meta.url), 'utf8')) as readonly Case[];

function toLines({ count, start, step_ms, event, cycle = {} }: Series): string {
  return Array.from({ length: count }, (_, number) => {
    const cycled = Object.entries(cycle).map(([field, values]) => [field, values[number % values.length]] as const);
    const time = new Date(Date.parse(start) + number * step_ms).toISOString();
    return `${JSON.stringify({ '@timestamp': time, ...event, 'event.sequence': number, ...Object.fromEntries(cycled) })}\n`;
  }).join('');
}

const optionsOf = ({ max_alerts, time_field }: Pick<Case, 'max_alerts' | 'time_field'>) => ({
  max_alerts: max_alerts ?? null,
  time_field: time_field ?? '@timestamp',
});

describe('threshold rules as Kibana tests them', () => {
  it.each(cases)('$id', async ({ query = '*', rule: over, threshold, events, range, alerts, cut = 0, ...row }) => {
    const rule = buildRule({
      name: 'my-rule',
      severity: 'high',
      type: 'threshold',
      query,
      threshold,
      interval: '5m',
      from: 'now-10m',
      ...over,
    });
    const bodies = Object.fromEntries(events.map((series, number) => [`${number}.ndjson`, toLines(series)]));
    const base = buildQuestion([rule], { from: range?.[0] ?? null, to: range?.[1] ?? null });
    const found = await huntShards(bodies, cutObjects(bodies, []), {
      question: { ...base, options: { ...base.options, ...optionsOf(row) } },
      rules: [compileRule(rule, { fieldTypes: createFieldTypes() })],
      listedAt: '2026-01-01T00:00:00.000Z',
    });
    expect(found.alerts.length).toBe(alerts.length);
    for (const [number, expected] of alerts.entries()) expect(found.alerts[number]).toMatchObject(expected);
    expect(found.done.rules[0]?.cut_by_max_alerts).toBe(cut);
  });
});
