// The ids of alerts, as Kibana computes them (semantics.md 2.7 and 5.1), so that an alert found here and the live one can be told to be the same.

import { createHash } from 'node:crypto';
import type { GroupValue, Term } from '@coldhunt/rules';
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
  return sha1(serialise([index, id, version, `${space}:${ruleUuid}`, terms]));
}

/** SHA-256 (hex) of the plain concatenation. K: RT/factories/wrap_hits.ts, generateId. */
export function queryAlertId({ index, id, version = UNKNOWN_VERSION, ruleUuid, space = SPACE }: AlertSource): string {
  return createHash('sha256').update(`${index}${id}${version}${space}:${ruleUuid}`).digest('hex');
}

/** A UUIDv5 (RFC 9562) of the rule's id: stands for the saved-object id, the same in every hunt. */
export function ruleUuidOf(ruleId: string): string {
  return uuidV5(RULE_NAMESPACE, ruleId);
}

/** One field that alerts are grouped by, and what the alert has for it. */
export interface SuppressionTerm {
  readonly field: string;
  readonly value: GroupValue;
}

/**
 * Of an alert that a query rule with suppression raises for one of an event's groups. K: query/alert_suppression/wrap_suppressed_alerts.ts,
 * where start and end are those of the events that one execution groups; here both are the event's, so that no later event changes the id.
 */
export function suppressedQueryAlertId(
  source: AlertSource,
  { terms, timeMs }: { readonly terms: readonly SuppressionTerm[]; readonly timeMs: number },
): string {
  const { index, id, version = UNKNOWN_VERSION, ruleUuid, space = SPACE } = source;
  const date = `date:${new Date(timeMs).toISOString()}`;
  const before = ['array:7:', ...[index, id, version, `${space}:${ruleUuid}`].map((text) => serialise(text))].join('');
  return sha1(`${before}${serialiseTerms(terms)}${date}${date}`);
}

/** Of an alert that a threshold rule with suppression raises. K: threshold/wrap_suppressed_threshold_alerts.ts. */
export function suppressedThresholdAlertId({ index, id, ruleUuid, space = SPACE }: AlertSource): string {
  return sha1(serialise([index, id, `${space}:${ruleUuid}`]));
}

/** `kibana.alert.instance.id`: the same for all alerts of a group. K: createSuppressedAlertInstanceId. */
export function suppressionInstanceId(terms: readonly SuppressionTerm[], ruleUuid: string): string {
  return sha1(`array:3:${serialiseTerms(terms)}${serialise(ruleUuid)}${serialise(SPACE)}`);
}

/** Of a threshold rule: its values alone, in order. K: threshold/wrap_suppressed_threshold_alerts.ts. */
export function thresholdInstanceId(values: readonly Term[], ruleUuid: string): string {
  return sha1(serialise([values.toSorted(compareLoosely), ruleUuid, SPACE]));
}

function compareLoosely(a: Term, b: Term): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function sha1(text: string): string {
  return createHash('sha1').update(text).digest('hex');
}

// object-hash writes an object's prototype and constructor too; what it has met before it names by its number. The list of terms is
// the second object of every call, the first term the third, so that the numbers are always these.
const CONSTRUCTOR = 'string:11:constructor:fn:string:8:[native]string:20:function-name:Object';
const FIRST_PROTOTYPE = `object:3:string:9:prototype:Undefined,string:9:__proto__:Null,${CONSTRUCTOR}object:0:,,`;
const FIRST = `object:5:string:9:prototype:Undefined,string:9:__proto__:${FIRST_PROTOTYPE}${CONSTRUCTOR}string:12:[CIRCULAR:4],`;
const NEXT = `object:5:string:9:prototype:Undefined,string:9:__proto__:string:12:[CIRCULAR:3],${CONSTRUCTOR}string:12:[CIRCULAR:4],`;

function serialiseTerms(terms: readonly SuppressionTerm[]): string {
  const written = terms.map(
    ({ field, value }, i) =>
      `${i === 0 ? FIRST : NEXT}string:5:field:${serialise(field)},string:5:value:${serialise(value)},`,
  );
  return `array:${terms.length}:${written.join('')}`;
}

type Hashed = Term | null | readonly Hashed[];

function serialise(value: Hashed): string {
  if (value === null) return 'Null';
  if (typeof value === 'string') return `string:${value.length}:${value}`;
  if (typeof value === 'boolean') return `bool:${value}`;
  if (typeof value === 'number' || typeof value === 'bigint') return `number:${value}`;
  return `array:${value.length}:${value.map((entry) => serialise(entry)).join('')}`;
}
