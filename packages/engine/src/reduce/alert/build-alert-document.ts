// An alert -> the document in alerts.ndjson: the cleaned source event with Elastic's alert fields as dotted keys (semantics.md 3), and ours.

import {
  isObject,
  parseFieldPath,
  scalarText,
  viewDocument,
  type Document,
  type DocumentValue,
  type EventView,
} from '@coldhunt/core';
import type { AlertBuilder, Bucket } from '../output.ts';
import { alertReason } from './alert-reason.ts';
import { alertUuid } from './alert-uuid.ts';
import { createSourceCleaner } from './clean-source.ts';
import { flattened, plain } from './flattened.ts';
import { ruleFields } from './rule-fields.ts';
import { riskScoreOf, ruleNameOf, severityOf } from './rule-overrides.ts';
import { lastDetected, suppressionFields } from './suppression-fields.ts';
import { toThresholdHit } from './threshold-hit.ts';

const SOURCE_DEPTH = parseFieldPath('kibana.alert.depth');
const SOURCE_RULE = parseFieldPath('kibana.alert.rule.uuid');
const SOURCE_ANCESTORS = parseFieldPath('kibana.alert.ancestors');

/** The builder of a hunt's alerts; ECS's table is read once. Keys come in a fixed order: ours and Elastic's first, then the source's. */
export function createAlertBuilder(): AlertBuilder {
  const cleaner = createSourceCleaner();
  return (alert, { rule, run }) => {
    const { match, document, baseline, baseline_reason, copies, copy_count, bucket, suppression } = alert;
    const time = new Date(match.time_ms).toISOString();
    // Mode `parity` tells the execution as the time of the alert, as Kibana does; the event's stands in original_time.
    const raised = alert.tick_ms === undefined ? time : new Date(alert.tick_ms).toISOString();
    const hit =
      bucket === null ? null : toThresholdHit(rule, bucket, { terms: match.terms ?? [], lastMs: match.time_ms });
    const sourceDocument = hit?.source ?? document;
    const source = viewDocument(sourceDocument);
    const cleaned = cleaner.clean(sourceDocument);
    const severity = severityOf(rule, source);
    const name = ruleNameOf(rule, source);
    const { ancestors, depth } = ancestry(source, hit ?? { id: match.id ?? match.copy_hash, index: match.index ?? '' });
    const originalTime = hit === null ? match.original_time : time;
    const scheduled = bucket === null ? raised : new Date(bucket.tick_ms).toISOString();
    return {
      '@timestamp': raised,
      'event.kind': 'signal',
      'kibana.alert.uuid': alertUuid({ match, bucket, group: suppression?.values ?? null }, rule),
      'kibana.alert.rule.rule_id': rule.rule_id,
      'kibana.alert.rule.name': name,
      'kibana.alert.rule.type': rule.type,
      'kibana.alert.severity': severity,
      'kibana.alert.risk_score': riskScoreOf(rule, source),
      'kibana.alert.reason': alertReason(source, severity, name),
      ...(originalTime === null ? {} : { 'kibana.alert.original_time': originalTime }),
      ...(hit !== null ? { 'kibana.alert.threshold_result': hit.result } : {}),
      ...(hit !== null || match.terms === null ? {} : { 'kibana.alert.new_terms': [...match.terms] }),
      'kibana.alert.ancestors': ancestors,
      'kibana.alert.depth': depth,
      'kibana.alert.status': 'active',
      'kibana.alert.workflow_status': 'open',
      'kibana.alert.workflow_tags': [],
      'kibana.alert.workflow_assignee_ids': [],
      'kibana.alert.start': raised,
      'kibana.alert.last_detected': lastDetected(rule, suppression, alert.tick_ms ?? match.time_ms),
      ...suppressionFields(rule, suppression, { timeMs: match.time_ms, bucket }),
      'kibana.alert.intended_timestamp': scheduled,
      'kibana.alert.rule.execution.type': 'manual',
      ...(rule.building_block_type === undefined
        ? {}
        : { 'kibana.alert.building_block_type': rule.building_block_type }),
      ...ruleFields(rule, run.question.options.full_rule),
      'kibana.space_ids': ['default'],
      ...originals(cleaned, 'event', 'kibana.alert.original_event'),
      ...originals(cleaned, 'data_stream', 'kibana.alert.original_data_stream'),
      'coldhunt.run_id': run.run_id,
      ...(alert.tick_ms === undefined ? {} : { 'coldhunt.effective_time': time }),
      'coldhunt.baseline': baseline,
      ...(baseline_reason === null ? {} : { 'coldhunt.baseline_reason': baseline_reason }),
      'coldhunt.evidence': plain(match.evidence),
      'coldhunt.index': match.index,
      'coldhunt.copies': copies.map((copy) => plain(copy)),
      ...(copy_count > copies.length ? { 'coldhunt.copy_count': copy_count } : {}),
      ...(bucket === null ? {} : { 'coldhunt.bucket': countedIn(bucket) }),
      'coldhunt.explanation': match.explanation.map((clause) => plain(clause)),
      ...withoutReplaced(cleaned),
    };
  };
}

function countedIn({ events, multi_valued, evidence }: Bucket): Document {
  const listed = evidence.map((each) => plain(each));
  return multi_valued === undefined ? { events, evidence: listed } : { events, multi_valued, evidence: listed };
}

/** An event has one ancestor, itself; an alert hands on its own and stands behind them. */
function ancestry(
  source: EventView,
  { id, index }: { readonly id: string; readonly index: string },
): { ancestors: Document[]; depth: number } {
  const own = { id, index };
  const [depthValue] = source.values(SOURCE_DEPTH);
  const sourceDepth = depthValue === undefined ? Number.NaN : Number(scalarText(depthValue));
  if (!Number.isSafeInteger(sourceDepth) || sourceDepth < 1)
    return { ancestors: [{ ...own, type: 'event', depth: 0 }], depth: 1 };
  const before = source.objects(SOURCE_ANCESTORS).map((ancestor) => {
    const entries = ancestor.paths().map((path) => [path, ancestor.values(parseFieldPath(path))[0] ?? null] as const);
    return Object.fromEntries(entries) as Document;
  });
  const [ruleUuid] = source.values(SOURCE_RULE);
  const self = {
    ...own,
    type: 'signal',
    depth: sourceDepth,
    ...(ruleUuid === undefined ? {} : { rule: scalarText(ruleUuid) }),
  };
  return { ancestors: [...before, self], depth: sourceDepth + 1 };
}

/** `event.*` of the cleaned source under another name, as flat dotted keys; of a key that stands twice the values are joined. */
function originals(cleaned: Document, root: string, under: string): Document {
  const found: Document = {};
  for (const [key, value] of Object.entries(cleaned)) {
    if (key !== root && !key.startsWith(`${root}.`)) continue;
    const entry: DocumentValue = isObject(value) ? flattened(value, key) : { [key]: value };
    for (const [path, leaf] of Object.entries(entry)) {
      if (path === root) continue;
      const name = `${under}${path.slice(root.length)}`;
      const before = found[name];
      found[name] = before === undefined ? leaf : [before, leaf].flat();
    }
  }
  return found;
}

/**
 * The source without what the alert says itself: `@timestamp`, every spelling of `event.kind`, and whatever stands under our own name,
 * so that no event can forge evidence or baseline.
 */
function withoutReplaced(cleaned: Document): Document {
  const kept: [string, DocumentValue][] = [];
  for (const [key, value] of Object.entries(cleaned)) {
    if (key === '@timestamp' || key === 'event.kind' || key === 'coldhunt' || key.startsWith('coldhunt.')) continue;
    if (key !== 'event') kept.push([key, value]);
    else if (Array.isArray(value))
      kept.push([key, value.map((entry) => (isObject(entry) ? withoutKind(entry) : entry))]);
    else if (isObject(value)) {
      const event = withoutKind(value);
      if (Object.keys(event).length > 0) kept.push([key, event]);
    }
  }
  return Object.fromEntries(kept);
}

function withoutKind({ kind: _kind, ...event }: Document): Document {
  return event;
}
