// Kibana's functional cases for alert suppression (semantics.md 8.E, the rows of 8.F that group alerts) and derived ones, in mode
// `complete`: where a case has several executions, its groups are the same without them. A new case is a new row of
// cases/suppression.json, no code; a row that cannot be run stands there with the reason.

import { readFileSync } from 'node:fs';
import type { Document } from '@coldhunt/core';
import { compileRule, createFieldTypes, type AlertSuppression, type Rule } from '@coldhunt/rules';
import { describe, expect, it } from 'vitest';
import { decisions } from '../src/reduce/decisions.ts';
import { buildQuestion, buildRule, buildRun } from './build-match.ts';
import { cutObjects, huntShards } from './hunt-shards.ts';

interface Case {
  readonly id: string;
  readonly rule: Partial<Rule> & Pick<Rule, 'type'>;
  readonly suppression: AlertSuppression;
  readonly range: readonly [string, string];
  readonly events: readonly Document[];
  readonly time_field?: string;
  readonly dedupe?: boolean;
  readonly ignore?: boolean;
  /** Fields of the alerts, in any order. */
  readonly alerts: readonly Document[];
  /** How many of them have no suppression fields; absent: none. */
  readonly plain?: number;
  readonly suppressed?: number;
  /** How many of those an alert before the range holds. */
  readonly earlier?: number;
  readonly copies?: number;
}

interface CaseLeftOut {
  readonly id: string;
  readonly not_run: string;
}

const all = JSON.parse(readFileSync(new URL('cases/suppression.json', import.meta.url), 'utf8')) as readonly (
  | Case
  | CaseLeftOut
)[];
const cases = all.filter((row): row is Case => !('not_run' in row));

describe('suppression as Kibana tests it', () => {
  it.each(cases)('$id', async ({ rule: over, suppression, range: [from, to], events, alerts, ...row }) => {
    const isEql = over.type === 'eql';
    const rule = buildRule({
      name: 'my-rule',
      query: isEql ? 'any where true' : '*',
      language: isEql ? 'eql' : 'kuery',
      ...over,
      alert_suppression: suppression,
    });
    const bodies = { 'a.ndjson': events.map((event) => `${JSON.stringify(event)}\n`).join('') };
    const base = buildQuestion([rule], { from, to });
    const question = {
      ...base,
      options: {
        ...base.options,
        time_field: row.time_field ?? '@timestamp',
        dedupe: row.dedupe ?? true,
        ignore_suppression: row.ignore ?? false,
      },
    };
    const fieldTypes = createFieldTypes();
    const found = await huntShards(bodies, cutObjects(bodies, [[0.4]]), {
      question,
      rules: [compileRule(rule, { fieldTypes, ignoreSuppression: row.ignore ?? false })],
      listedAt: '2026-01-01T00:00:00.000Z',
      partitions: 2,
    });
    expect(found.alerts).toHaveLength(alerts.length);
    for (const expected of alerts) expect(found.alerts).toContainEqual(expect.objectContaining(expected));
    const plain = found.alerts.filter((alert) => !('kibana.alert.suppression.terms' in alert));
    expect(plain).toHaveLength(row.plain ?? 0);
    expect(new Set(found.alerts.map((alert) => alert['kibana.alert.uuid'])).size).toBe(alerts.length);
    expect(found.done.rules).toMatchObject([
      {
        alerts: alerts.length,
        suppressed: row.suppressed ?? 0,
        suppressed_by_earlier: row.earlier ?? 0,
        copies: row.copies ?? found.done.rules[0]?.copies,
      },
    ]);

    const told = { alert: 0, suppressed: 0, earlier: 0 };
    const ids = new Set(found.alerts.map((alert) => alert['kibana.alert.uuid']));
    for await (const batch of decisions({ run: buildRun(question), store: found.store, plan: found.plan })) {
      for (const { verdict, suppression: by } of batch) {
        if (verdict === 'alert') told.alert += 1;
        if (verdict !== 'suppressed') continue;
        told.suppressed += 1;
        if (by?.held_by?.place === 'history') told.earlier += 1;
        else expect(ids).toContain(by?.held_by?.uuid);
      }
    }
    expect(told).toEqual({ alert: alerts.length, suppressed: row.suppressed ?? 0, earlier: row.earlier ?? 0 });
  });

  it('leaves out the cases of which each says why', () => {
    const left = all.filter((row): row is CaseLeftOut => 'not_run' in row);
    expect(left.map(({ id, not_run }) => `${id}: ${not_run}`)).toEqual([
      'S-2: needs an alert that an analyst has closed',
      'S-3: a rule changed between two executions is another hunt, which suppresses as if it always had: tried with a watch (packages/watch/test/nights.test.ts)',
    ]);
  });
});
