// The published cases of semantics.md 8.F to 8.I. A new case is a new row of test/cases/alerts.json.

import { readFileSync } from 'node:fs';
import { parseDocument, viewDocument, type Document } from '@coldhunt/core';
import type { Rule } from '@coldhunt/rules';
import { describe, expect, it } from 'vitest';
import { buildMatch, buildQuestion, buildRule, buildRun } from '../../../test/build-match.ts';
import {
  newTermsAlertId,
  queryAlertId,
  ruleUuidOf,
  suppressedQueryAlertId,
  suppressedThresholdAlertId,
  suppressionInstanceId,
  thresholdInstanceId,
} from './alert-id.ts';
import type { Match } from '../../scan/output.ts';
import { alertReason } from './alert-reason.ts';
import { createAlertBuilder } from './build-alert-document.ts';
import { createSourceCleaner } from './clean-source.ts';
import { riskScoreOf, ruleNameOf, severityOf } from './rule-overrides.ts';

interface Cases {
  readonly reason: {
    readonly base: Document;
    readonly rows: readonly {
      readonly set?: Document;
      readonly only?: Document;
      readonly severity?: string;
      readonly rule?: string;
      readonly text: string;
    }[];
  };
  readonly cleaning: readonly { readonly name: string; readonly source: Document; readonly kept: Document }[];
  readonly overrides: readonly {
    readonly name: string;
    readonly rule: Partial<Rule>;
    readonly source: Document;
    readonly severity: string;
    readonly risk: number;
    readonly ruleName: string;
  }[];
  readonly documents: readonly {
    readonly name: string;
    readonly match?: Partial<Match>;
    readonly source: Document;
    /** Fields that the alert has, with their values. */
    readonly alert: Document;
    /** Fields that it has not. */
    readonly absent?: readonly string[];
  }[];
  readonly newTermsIds: readonly { readonly version: string; readonly terms: readonly string[]; readonly id: string }[];
}

const CASES = JSON.parse(readFileSync(new URL('../../../test/cases/alerts.json', import.meta.url), 'utf8')) as Cases;

describe('kibana.alert.reason', () => {
  it.each(CASES.reason.rows)('reads $text', ({ set, only, severity = 'medium', rule = 'my-rule', text }) => {
    expect(alertReason(viewDocument(only ?? { ...CASES.reason.base, ...set }), severity, rule)).toBe(text);
  });
});

describe('the cleaned source', () => {
  it.each(CASES.cleaning)('handles $name', ({ source, kept }) => {
    expect(createSourceCleaner().clean(source)).toEqual(kept);
  });

  it('keeps a key named __proto__ a key', () => {
    const cleaned = createSourceCleaner().clean(parseDocument('{"__proto__":{"polluted":1},"a":1}'));
    expect(Object.keys(cleaned)).toEqual(['__proto__', 'a']);
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
  });
});

describe('overrides', () => {
  it.each(CASES.overrides)('takes $name', ({ rule, source, severity, risk, ruleName }) => {
    const full = buildRule({ name: 'my-rule', severity: 'medium', risk_score: 47, ...rule });
    const view = viewDocument(source);
    expect([severityOf(full, view), riskScoreOf(full, view), ruleNameOf(full, view)]).toEqual([
      severity,
      risk,
      ruleName,
    ]);
  });
});

describe('alert ids', () => {
  const source = {
    index: 'myFakeSignalIndex',
    id: 'd5e8eb51-a6a0-456d-8a15-4b79bfec3d71',
    ruleUuid: '04128c15-0d1b-4716-a4c5-46997ac7f3bd',
  };

  // Hashes of object-hash 3.0.0.
  it('gives what object-hash gives of suppressed alerts', () => {
    const { ruleUuid } = source;
    const terms = [{ field: 'host.name', value: 'host-0' }];
    expect(suppressionInstanceId(terms, ruleUuid)).toBe('354e1dea0bcf69147319adc2dda43ff46dc2ca77');
    const mixed = [
      { field: 'host.name', value: ['host-0', 'host-1'] },
      { field: 'agent.version', value: null },
      { field: 'x', value: 1 },
      { field: 'y', value: true },
    ];
    expect(suppressionInstanceId(mixed, ruleUuid)).toBe('b164b14cf20826d2171c8b3976297af49e7162c3');
    const timeMs = Date.UTC(2020, 9, 28, 5);
    const query = suppressedQueryAlertId({ index: 'idx', id: 'id1', ruleUuid }, { terms, timeMs });
    expect(query).toBe('8b7398eb537e1cb9806638b699dcf4195b1b694e');
    expect(thresholdInstanceId(['b', 'a'], ruleUuid)).toBe('84f30a88ce417988ca9cb5997f7837487a195f28');
    expect(thresholdInstanceId([], ruleUuid)).toBe('c07628d2219aeef7368cf90a0a8198ac1586f388');
    const threshold = suppressedThresholdAlertId({ index: 'i', id: 'h', ruleUuid });
    expect(threshold).toBe('a9aa0da04d151ec9eb2824411ff985219ab15f77');
  });

  it.each(CASES.newTermsIds)('gives the published hash for version $version', ({ version, terms, id }) => {
    expect(newTermsAlertId({ ...source, version }, terms)).toBe(id);
  });

  it('hashes query alerts by plain concatenation', () => {
    expect(queryAlertId(source)).toMatch(/^[0-9a-f]{64}$/);
    expect(queryAlertId(source)).not.toBe(queryAlertId({ ...source, id: 'x' }));
  });

  it('stands in for the saved-object id by a UUIDv5', () => {
    expect(ruleUuidOf('c371e9fc-6a10-11ef-a0ac-f661ea17fbcc')).toMatch(
      /^[0-9a-f]{8}-[0-9a-f]{4}-5[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/,
    );
  });
});

describe('the alert document', () => {
  const rule = buildRule({ threat: [{ framework: 'MITRE ATT&CK' }], tags: ['t'], note: 'a long guide' });
  const run = buildRun(buildQuestion([rule]));
  const build = (document: Document, changes: Partial<Parameters<typeof buildMatch>[0]> = {}): Document =>
    createAlertBuilder()(
      {
        match: buildMatch({ time_ms: 0, ...changes }),
        document,
        copies: [],
        copy_count: 0,
        bucket: null,
        suppression: null,
        baseline: 'complete',
        baseline_reason: null,
      },
      { rule, run },
    );

  it.each(CASES.documents)('has $name', ({ source, match, alert: expected, absent = [] }) => {
    const alert = build(source, match);
    expect(alert).toMatchObject(expected);
    for (const field of absent) expect(alert).not.toHaveProperty([field]);
  });

  it('says what the rule says, but for its long texts', () => {
    const alert = build({}, { terms: ['user-0', 1, false] });
    expect(alert).toMatchObject({
      'kibana.alert.new_terms': ['user-0', 1, false],
      'kibana.alert.rule.threat': rule.threat,
      'kibana.alert.rule.tags': rule.tags,
      'coldhunt.baseline': 'complete',
    });
    expect(alert).not.toHaveProperty(['kibana.alert.rule.note']);
  });

  it('lets no event say what only the alert says', () => {
    const alert = build({
      'coldhunt.evidence': { uri: 's3://forged' },
      'coldhunt.baseline': 'cold',
      coldhunt: { run_id: 'forged' },
      'kibana.alert.severity': 'low',
      kibana: { alert: { uuid: 'forged' } },
      'event.kind': 'state',
      event: [{ kind: 'forged', action: 'a' }],
    });
    expect(alert).toMatchObject({
      'event.kind': 'signal',
      'coldhunt.baseline': 'complete',
      'kibana.alert.severity': 'medium',
    });
    expect(JSON.stringify(alert)).not.toContain('forged');
  });

  it('flattens the meta fields of the rule', () => {
    const withMeta = buildRule({ meta: { from: '1h', kibana: { url: 'x' } }, enabled: true });
    const alert = createAlertBuilder()(
      {
        match: buildMatch({ time_ms: 0 }),
        document: {},
        copies: [],
        copy_count: 0,
        bucket: null,
        suppression: null,
        baseline: 'complete',
        baseline_reason: null,
      },
      { rule: withMeta, run },
    );
    expect(alert).toMatchObject({
      'kibana.alert.rule.meta.from': '1h',
      'kibana.alert.rule.meta.kibana.url': 'x',
      'kibana.alert.rule.enabled': true,
      'kibana.alert.last_detected': '1970-01-01T00:00:00.000Z',
    });
  });
});
