// What Kibana makes an alert of when a bucket reaches its threshold: not an event but a hit of its own, with the values that the bucket
// is grouped by and what was counted (K: RT/threshold/bulk_create_threshold_signals.ts; semantics.md 5.2).

import type { Document, DocumentValue } from '@coldhunt/core';
import type { Rule, Term } from '@coldhunt/rules';
import type { Bucket } from '../output.ts';
import { uuidV5 } from './uuid.ts';

const HIT_NAMESPACE = '0684ec03-7201-4ee0-8ee0-3a3f6b2479b2';

export interface ThresholdHit {
  readonly id: string;
  /** The rule's index patterns: a bucket lies in no index of its own. */
  readonly index: string;
  readonly source: Document;
  readonly result: Document;
}

/** `terms` in the order of the rule's fields; `lastMs`: the effective time of the last event that counts. */
export function toThresholdHit(
  rule: Rule,
  bucket: Bucket,
  last: { readonly terms: readonly Term[]; readonly lastMs: number },
): ThresholdHit {
  const fields = rule.threshold?.field ?? [];
  const terms = last.terms.map((value, index): Document => ({
    field: fields[index] ?? '',
    value: value as DocumentValue,
  }));
  const [cardinality] = rule.threshold?.cardinality ?? [];
  return {
    id: thresholdHitId(rule, bucket.tick_ms, last.terms),
    index: rule.index.join(','),
    source: {
      '@timestamp': toIso(last.lastMs),
      ...Object.fromEntries(terms.map(({ field, value }) => [String(field), value ?? null])),
    },
    result: {
      terms,
      ...(cardinality === undefined
        ? {}
        : { cardinality: [{ field: cardinality.field, value: bucket.distinct ?? 0 }] }),
      count: bucket.events,
      from: toIso(bucket.first_ms),
    },
  };
}

/** K: RT/threshold/utils.ts, calculateThresholdSignalUuid. */
export function thresholdHitId(
  { rule_id, threshold }: Pick<Rule, 'rule_id' | 'threshold'>,
  tickMs: number,
  terms: readonly Term[],
): string {
  // Sorted as ECMAScript sorts texts.
  const values = terms.map(String).toSorted();
  return uuidV5(HIT_NAMESPACE, `${rule_id}${toIso(tickMs)}${(threshold?.field ?? []).join(',')}${values.join(',')}`);
}

function toIso(ms: number): string {
  return new Date(ms).toISOString();
}
