// What is costly in the terms of a new-terms rule.

import { compileDateMath } from '../date-math/parse-date-math.ts';
import type { FieldTypes } from '../fields/field-types.ts';
import type { Rule } from '../rule.ts';

/** Tells of something in a key of the rule. */
export type ReportKey = (
  code: 'long-history' | 'high-cardinality' | 'no-literal' | 'common-literal',
  key: string,
  message: string,
) => void;

/** Any instant does: a window's length is what counts. The month before it has 31 days. */
const NOW = Date.UTC(2026, 1, 1);
const DAY_MS = 86_400_000;
/** A month, when it is given in other units. */
const MONTH_DAYS = 30;

/** The last parts of names whose values are made for one event, process, connection or session. */
const UNIQUE_PARTS =
  /(?:^|\.)(?:pid|vpid|entity_id|ephemeral_id|sequence|community_id|session_id|transaction_id|request_id|correlation_id|trace_id|span_id)$/;
const UNIQUE_NAMES: ReadonlySet<string> = new Set([
  'event.id',
  'event.hash',
  'event.original',
  'message',
  'process.thread.id',
  'process.uptime',
  'source.port',
  'client.port',
  'trace.id',
  'span.id',
  'transaction.id',
  'dns.id',
  'http.request.id',
]);
/** Names of free text: arguments, scripts, addresses with their parameters, and sums of contents. */
const MANIFOLD =
  /(?:^|\.)(?:command_line|args|title|script_block_text|hash\.(?:md5|sha1|sha256|sha384|sha512|ssdeep|tlsh)|url\.(?:full|original|query|path|fragment)|body\.content|referrer)$/;

export function checkTerms(rule: Rule, fieldTypes: FieldTypes, report: ReportKey): void {
  if (rule.type !== 'new_terms') return;
  for (const name of rule.new_terms_fields ?? []) {
    const why = whyManyTerms(name, fieldTypes);
    if (why !== null) report('high-cardinality', 'new_terms_fields', `${name} is ${why}, and each term is kept`);
  }
  const days = historyDays(rule.history_window_start);
  if (days === null || days < MONTH_DAYS) return;
  report(
    'long-history',
    'history_window_start',
    `${rule.history_window_start} are ${Math.round(days)} days, all of which are read before the range: is so much needed?`,
  );
}

/** Of a multi-field the field beside it counts. null: nothing is known of the field. */
function whyManyTerms(given: string, fieldTypes: FieldTypes): string | null {
  const name = given.replace(/\.(?:text|keyword|caseless)$/, '');
  if (fieldTypes.resolve(name).type.kind === 'date') return 'a time: nearly every event is new';
  if (UNIQUE_PARTS.test(name) || UNIQUE_NAMES.has(name))
    return 'made for one event, process or connection: nearly every event is new';
  return MANIFOLD.test(name) ? 'free text or a sum of contents: many events are new' : null;
}

/** null: a date, or nothing that can be read. */
function historyDays(start: string | undefined): number | null {
  if (start === undefined) return null;
  try {
    const window = compileDateMath(start);
    return window.isAbsolute ? null : (NOW - window.at(NOW)) / DAY_MS;
  } catch {
    return null;
  }
}
