// What of a rule decides on its memory: a rule whose name or severity was edited remembers, one whose query was edited begins anew.

import { canonicalJson, sha256Hex, type DocumentValue } from '@coldhunt/core';
import type { Question } from '@coldhunt/engine';
import type { Rule } from '@coldhunt/rules';
import type { Night } from './night-file.ts';
import type { NightRange } from './schedule.ts';
import type { Watch } from './watch-file.ts';

/** By rule id: SHA-256 of what its matches, terms and windows come from. */
export function ruleMeanings({
  rules,
  exceptions,
  options,
  semantics_revision: revision,
}: Question): ReadonlyMap<string, string> {
  // What is asked beside a rule changes what matches as much as its query does. How much is reported does not.
  const {
    full_rule: _full,
    max_alerts: _most,
    max_malformed: _malformed,
    max_gap_ms: _gap,
    waivers: _waivers,
    ...asked
  } = options;
  return new Map(
    rules.map(({ rule }) => [
      rule.rule_id,
      sha256Hex(canonicalJson([revision, meaningOf(rule), exceptions, asked] as unknown as DocumentValue)),
    ]),
  );
}

function meaningOf(rule: Rule): Partial<Rule> {
  const { type, language, query, filters, index, exceptions_list, from, to, interval } = rule;
  const { new_terms_fields, history_window_start, threshold, alert_suppression, timestamp_override } = rule;
  return {
    type,
    language,
    query,
    filters,
    index,
    exceptions_list,
    ...(new_terms_fields === undefined ? {} : { new_terms_fields }),
    ...(history_window_start === undefined ? {} : { history_window_start }),
    ...(threshold === undefined ? {} : { threshold, from, to, interval }),
    ...(alert_suppression === undefined ? {} : { alert_suppression, interval }),
    ...(timestamp_override === undefined ? {} : { timestamp_override }),
  };
}

/** By rule id: what it means tonight, and from when on this meaning has been watched. */
export function rulesOf({
  watch,
  before,
  range,
}: {
  readonly watch: Watch;
  readonly before: Night | null;
  readonly range: NightRange;
}): Night['rules'] {
  return Object.fromEntries(
    [...ruleMeanings(watch.question)].map(([id, meaning]) => {
      const known = before?.rules[id];
      return [id, known?.meaning === meaning ? known : { meaning, since: new Date(range.fromMs).toISOString() }];
    }),
  );
}
