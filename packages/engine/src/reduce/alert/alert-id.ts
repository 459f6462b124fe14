// The ids of alerts, as Kibana computes them (semantics.md 2.7 and 5.1), so that an alert found here and the live one can be told to be the same.

import { createHash } from 'node:crypto';
import type { Term } from '@coldhunt/rules';
import { uuidV5 } from './uuid.ts';

/** The namespace in which a rule's id becomes the saved-object id that an archive does not know. */
const RULE_NAMESPACE = '0d2f2f4e-7c0a-5f6b-9a53-6f1f7b1f9d10';
const SPACE = 'default';
/** What Kibana hashes for `_version`: its searches do not ask for it. */
const UNKNOWN_VERSION = 'undefined';

export interface AlertSource {
  /** Normalised `_index`; with no `_id` known both are stood in for by the copy hash. */
  readonly index: string;
  readonly id: string;
  readonly version?: string;
  readonly ruleUuid: string;
  readonly space?: string;
}

/** SHA-1 (hex) of object-hash 3's serialisation of [_index, _id, _version, "space:rule", newTerms]. K: NT/wrap_new_terms_alerts.ts. */
export function newTermsAlertId(source: AlertSource, terms: readonly Term[]): string {
  const { index, id, version = UNKNOWN_VERSION, ruleUuid, space = SPACE } = source;
  return createHash('sha1')
    .update(serialise([index, id, version, `${space}:${ruleUuid}`, terms]))
    .digest('hex');
}

/** SHA-256 (hex) of the plain concatenation. K: RT/factories/wrap_hits.ts, generateId. */
export function queryAlertId({ index, id, version = UNKNOWN_VERSION, ruleUuid, space = SPACE }: AlertSource): string {
  return createHash('sha256').update(`${index}${id}${version}${space}:${ruleUuid}`).digest('hex');
}

/** A UUIDv5 (RFC 9562) of the rule's id: stands for the saved-object id, the same in every hunt. */
export function ruleUuidOf(ruleId: string): string {
  return uuidV5(RULE_NAMESPACE, ruleId);
}

type Hashed = Term | readonly Hashed[];

function serialise(value: Hashed): string {
  if (typeof value === 'string') return `string:${value.length}:${value}`;
  if (typeof value === 'boolean') return `bool:${value}`;
  if (typeof value === 'number' || typeof value === 'bigint') return `number:${value}`;
  return `array:${value.length}:${value.map((entry) => serialise(entry)).join('')}`;
}
