import { describe, expect, it } from 'vitest';
import { buildMatch, buildQuestion, buildRule, buildRun, buildThreshold } from '../../../test/build-match.ts';
import { createAlertBuilder } from './build-alert-document.ts';
import { queryAlertId, ruleUuidOf } from './alert-id.ts';
import { thresholdHitId } from './threshold-hit.ts';

const at = Date.parse;

describe('the hit that stands for a bucket', () => {
  // K: RT/threshold/utils.test.ts
  it.each([
    ['agent.name', '2020-12-17T16:27:00Z', [], 'a4832768-a379-583a-b1a2-e2ce2ad9e6e9'],
    ['host.ip', '2019-11-18T13:32:00Z', ['1.2.3.4'], 'ee8870dc-45ff-5e6c-a2f9-80886651ce03'],
  ])('has the published id for %s at %s', (field, time, terms, id) => {
    const rule = { rule_id: 'abcd', threshold: buildThreshold({ field: [field] }) };
    expect(thresholdHitId(rule, at(time), terms)).toBe(id);
  });

  it('is named by its values in the order of their texts, whatever their types', () => {
    const rule = { rule_id: 'abcd', threshold: buildThreshold({ field: ['a', 'b', 'c'] }) };
    expect(thresholdHitId(rule, 0, ['z', 10, true])).toBe(thresholdHitId(rule, 0, [true, 'z', 10n]));
  });

  it('makes an alert of the values that the bucket is grouped by, and of nothing else of the event', () => {
    const rule = buildRule({
      type: 'threshold',
      index: ['auditbeat-*', 'logs-*'],
      threshold: buildThreshold({ field: ['host.name', 'event.kind'], cardinality: [{ field: 'user.id', value: 2 }] }),
    });
    const run = buildRun(buildQuestion([rule]));
    const match = buildMatch({
      time_ms: at('2026-02-01T00:04:59.123Z'),
      original_time: '2026-02-01T00:04:59.123456Z',
      terms: ['h', 'event'],
      id: 'one',
      index: 'logs-x',
    });
    const evidence = [match.evidence, match.evidence, match.evidence];
    const alert = createAlertBuilder()(
      {
        match,
        document: { user: { name: 'u' }, 'host.name': 'h', process: { name: 'p' } },
        copies: [],
        copy_count: 0,
        bucket: {
          tick_ms: at('2026-02-01T00:05:00Z'),
          first_ms: at('2026-02-01T00:00:01Z'),
          events: 4,
          distinct: 3,
          evidence,
        },
        suppression: null,
        baseline: 'complete',
        baseline_reason: null,
      },
      { rule, run },
    );
    const hit = { index: 'auditbeat-*,logs-*', id: thresholdHitId(rule, at('2026-02-01T00:05:00Z'), ['h', 'event']) };
    expect(alert).toMatchObject({
      '@timestamp': '2026-02-01T00:04:59.123Z',
      'event.kind': 'signal',
      'kibana.alert.uuid': queryAlertId({ ...hit, ruleUuid: ruleUuidOf(rule.rule_id) }),
      'kibana.alert.reason': 'event on h created medium alert Rule one.',
      'kibana.alert.original_time': '2026-02-01T00:04:59.123Z',
      'kibana.alert.intended_timestamp': '2026-02-01T00:05:00.000Z',
      'kibana.alert.original_event.kind': 'event',
      'kibana.alert.ancestors': [{ ...hit, type: 'event', depth: 0 }],
      'kibana.alert.depth': 1,
      'kibana.alert.threshold_result': {
        terms: [
          { field: 'host.name', value: 'h' },
          { field: 'event.kind', value: 'event' },
        ],
        cardinality: [{ field: 'user.id', value: 3 }],
        count: 4,
        from: '2026-02-01T00:00:01.000Z',
      },
      'host.name': 'h',
      'coldhunt.bucket': { events: 4, evidence },
      'coldhunt.evidence': match.evidence,
      'coldhunt.index': 'logs-x',
    });
    for (const absent of ['kibana.alert.new_terms', 'user', 'process']) expect(alert).not.toHaveProperty([absent]);
  });
});
