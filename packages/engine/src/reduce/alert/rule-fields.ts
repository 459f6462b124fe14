// What an alert says of its rule (semantics.md 3.2).

import type { Document } from '@coldhunt/core';
import type { Rule } from '@coldhunt/rules';
import { ruleUuidOf } from './alert-id.ts';
import { flattened, plain } from './flattened.ts';

/** As Kibana registers its rule types (K: RT/<type>/create_<type>_alert_type.ts). */
const RULE_TYPES: Readonly<Record<Rule['type'], { readonly category: string; readonly id: string }>> = {
  query: { category: 'Custom Query Rule', id: 'siem.queryRule' },
  new_terms: { category: 'New Terms Rule', id: 'siem.newTermsRule' },
  eql: { category: 'Event Correlation Rule', id: 'siem.eqlRule' },
  threshold: { category: 'Threshold Rule', id: 'siem.thresholdRule' },
};

/** `kibana.alert.rule.*`; `isFull`: the rule's long texts and parameters too. */
export function ruleFields(rule: Rule, isFull: boolean): Document {
  const { category, id } = RULE_TYPES[rule.type];
  const always: Record<string, unknown> = {
    'kibana.alert.rule.uuid': ruleUuidOf(rule.rule_id),
    'kibana.alert.rule.category': category,
    'kibana.alert.rule.rule_type_id': id,
    'kibana.alert.rule.producer': 'siem',
    'kibana.alert.rule.consumer': 'siem',
    'kibana.alert.rule.author': rule.author,
    'kibana.alert.rule.license': rule.license,
    'kibana.alert.rule.version': rule.version,
    'kibana.alert.rule.severity': rule.severity,
    'kibana.alert.rule.risk_score': rule.risk_score,
    'kibana.alert.rule.severity_mapping': rule.severity_mapping,
    'kibana.alert.rule.risk_score_mapping': rule.risk_score_mapping,
    'kibana.alert.rule.rule_name_override': rule.rule_name_override,
    'kibana.alert.rule.timestamp_override': rule.timestamp_override,
    'kibana.alert.rule.from': rule.from,
    'kibana.alert.rule.to': rule.to,
    'kibana.alert.rule.interval': rule.interval,
    'kibana.alert.rule.max_signals': rule.max_signals,
    'kibana.alert.rule.indices': rule.index,
    'kibana.alert.rule.tags': rule.tags,
    'kibana.alert.rule.threat': rule.threat,
    'kibana.alert.rule.exceptions_list': rule.exceptions_list,
    'kibana.alert.rule.timeline_id': rule.timeline_id,
    'kibana.alert.rule.timeline_title': rule.timeline_title,
    'kibana.alert.rule.enabled': rule.enabled,
    'kibana.alert.rule.immutable': rule.immutable,
    'kibana.alert.rule.revision': rule.revision,
    'kibana.alert.rule.namespace': rule.namespace,
    'kibana.alert.rule.throttle': rule.throttle,
    'kibana.alert.rule.created_at': rule.created_at,
    'kibana.alert.rule.created_by': rule.created_by,
    'kibana.alert.rule.updated_at': rule.updated_at,
    'kibana.alert.rule.updated_by': rule.updated_by,
    ...flattened((rule.meta ?? {}) as Document, 'kibana.alert.rule.meta'),
  };
  const long: Record<string, unknown> = {
    'kibana.alert.rule.description': rule.description,
    'kibana.alert.rule.note': rule.note,
    'kibana.alert.rule.setup': rule.setup,
    'kibana.alert.rule.false_positives': rule.false_positives,
    'kibana.alert.rule.references': rule.references,
    'kibana.alert.rule.actions': rule.actions,
    'kibana.alert.rule.parameters': rule,
  };
  return plain(isFull ? { ...always, ...long } : always);
}
