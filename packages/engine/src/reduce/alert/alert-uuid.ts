// An alert -> its id, by the type of its rule and whether the rule suppresses (semantics.md 2.7, 5.1 to 5.3).

import { normalizeIndex, type GroupValue, type Rule } from '@coldhunt/rules';
import type { Match } from '../../scan/output.ts';
import type { Bucket } from '../output.ts';
import {
  newTermsAlertId,
  queryAlertId,
  ruleUuidOf,
  suppressedQueryAlertId,
  suppressedThresholdAlertId,
} from './alert-id.ts';
import { suppressionTerms } from './suppression-fields.ts';
import { thresholdHitId } from './threshold-hit.ts';

/** What an alert's id depends on. */
export interface IdentifiedAlert {
  readonly match: Match;
  readonly bucket: Bucket | null;
  /** The values that alert suppression groups it by; null: none. */
  readonly group: readonly GroupValue[] | null;
}

/** `kibana.alert.uuid`. Of the alerts of one event's copies the first has the id that Kibana would give it, each other one of its own. */
export function alertUuid({ match, bucket, group }: IdentifiedAlert, rule: Rule): string {
  const ruleUuid = ruleUuidOf(rule.rule_id);
  const { index, id, copy_hash, copy_number: copy, terms, time_ms: timeMs } = match;
  if (bucket !== null) {
    const hit = { id: thresholdHitId(rule, bucket.tick_ms, terms ?? []), index: rule.index.join(','), ruleUuid };
    return group === null ? queryAlertId(hit) : suppressedThresholdAlertId(hit);
  }
  const own = id ?? copy_hash;
  const source = {
    index: id === null ? '' : normalizeIndex(index ?? ''),
    id: copy === undefined ? own : `${own}\0copy ${copy}`,
    ruleUuid,
  };
  if (rule.type === 'new_terms') return newTermsAlertId(source, terms ?? []);
  if (group === null || rule.type !== 'query') return queryAlertId(source);
  return suppressedQueryAlertId(source, { terms: suppressionTerms(rule, group), timeMs });
}
