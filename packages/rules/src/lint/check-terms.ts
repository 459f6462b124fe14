// What is costly in the terms of a new-terms rule.

import { compileDateMath } from '../date-math/parse-date-math.ts';
import type { FieldTypes } from '../fields/field-types.ts';
import type { Rule } from '../rule.ts';

/** Tells of something in a key of the rule. */
export type ReportKey = (
  code: 'long-history' | 'high-cardinality' | 'no-literal',
  key: string,
  message: string,
) => void;

/** Any instant does: a window's length is what counts. The month after it has 31 days. */
const NOW = Date.UTC(2026, 1, 1);
const DAY_MS = 86_400_000;
/** The shortest month. */
const MONTH_DAYS = 28;

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

export function checkTerms(rule: Rule, fieldTypes: FieldTypes, report: ReportKey): void {
  if (rule.type !== 'new_terms') return;
  for (const name of rule.new_terms_fields ?? []) {
    const isTime = fieldTypes.resolve(name).type.kind === 'date';
    if (!isTime && !UNIQUE_PARTS.test(name) && !UNIQUE_NAMES.has(name)) continue;
    const why = isTime ? 'a time' : 'made for one event, process or connection';
    report(
      'high-cardinality',
      'new_terms_fields',
      `${name} is ${why}: nearly every event is new, and each term is kept`,
    );
  }
  const days = historyDays(rule.history_window_start);
  if (days === null || days < MONTH_DAYS) return;
  report(
    'long-history',
    'history_window_start',
    `${rule.history_window_start} are ${Math.round(days)} days, all of which are read before the range: is so much needed?`,
  );
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
