// What an alert says of those that it suppresses (semantics.md 5.3).

import type { Document } from '@coldhunt/core';
import type { GroupValue, Rule, Term } from '@coldhunt/rules';
import type { AlertSuppressed, Bucket } from '../output.ts';
import { ruleUuidOf, suppressionInstanceId, thresholdInstanceId, type SuppressionTerm } from './alert-id.ts';
import { plain } from './flattened.ts';

/** Each field that the rule groups by, with its value. */
export function suppressionTerms(rule: Rule, values: readonly GroupValue[]): readonly SuppressionTerm[] {
  const fields = rule.type === 'threshold' ? rule.threshold?.field : rule.alert_suppression?.group_by;
  return values.map((value, index) => ({ field: fields?.[index] ?? '', value }));
}

/** Of an alert at `timeMs`; none of one that is in no group. */
export function suppressionFields(
  rule: Rule,
  suppression: AlertSuppressed | null,
  { timeMs, bucket }: { readonly timeMs: number; readonly bucket: Bucket | null },
): Document {
  if (suppression === null) return {};
  const { values, count, end_ms: endMs } = suppression;
  const terms = suppressionTerms(rule, values);
  const ruleUuid = ruleUuidOf(rule.rule_id);
  return {
    'kibana.alert.suppression.terms': terms.map((term) => plain(term)),
    'kibana.alert.suppression.start': toIso(bucket?.first_ms ?? timeMs),
    'kibana.alert.suppression.end': toIso(endMs),
    'kibana.alert.suppression.docs_count': count,
    'kibana.alert.instance.id':
      bucket === null ? suppressionInstanceId(terms, ruleUuid) : thresholdInstanceId(values as Term[], ruleUuid),
  };
}

/** When the last of a group was seen: those that one execution sees are raised and suppressed together. */
export function lastDetected(rule: Rule, suppression: AlertSuppressed | null, timeMs: number): string {
  if (rule.alert_suppression?.duration === undefined || suppression === null) return toIso(timeMs);
  return toIso(suppression.last_tick_ms ?? suppression.end_ms);
}

function toIso(ms: number): string {
  return new Date(ms).toISOString();
}
