// Which alerts of one execution survive `max_signals`, as Kibana orders them (semantics.md 2.6 and 5.1, semantics-eql.md): query rules
// the oldest, EQL rules the most recent, new-terms rules by how often a term was seen, then by
// the term; several terms, and the buckets of threshold rules, by their values.

import { compareText } from '@coldhunt/core';
import type { Rule, Term } from '@coldhunt/rules';
import type { RaisedAlert } from '../raised-alert.ts';
import { compareInTotal } from '../sourced-match.ts';
import type { CandidateSpan } from './candidate-span.ts';

/** A candidate for an alert at some executions one after the other. */
export interface Candidate {
  /** Of the match that it was decided on; 0 where nobody asks. */
  readonly number: number;
  readonly alert: RaisedAlert;
  readonly span: CandidateSpan;
}

export type SurvivalOrder = (a: Candidate, b: Candidate) => number;

/** The total order decides where Elasticsearch leaves it to chance. */
export function survivalOrderOf(rule: Rule): SurvivalOrder {
  const order = ownOrderOf(rule);
  return (a, b) => order(a, b) || compareInTotal(a.alert, b.alert) || a.span.firstTick - b.span.firstTick;
}

function ownOrderOf(rule: Rule): SurvivalOrder {
  // The order of the events, not of the window: `@timestamp`, whatever the override.
  if (rule.type === 'eql') return (a, b) => timestampOf(b) - timestampOf(a) || -compareInTotal(a.alert, b.alert);
  if (rule.type === 'threshold') return (a, b) => compareTerms(termsOf(a), termsOf(b));
  if (rule.type !== 'new_terms') return comparePrimary;
  const isSingle = rule.new_terms_fields?.length === 1;
  return (a, b) => (isSingle ? b.span.events - a.span.events : 0) || compareTerms(termsOf(a), termsOf(b));
}

/** By the override, those without it last; then by `@timestamp`. */
function comparePrimary(a: Candidate, b: Candidate): number {
  const isLastA = a.alert.match.seen?.is_fallback === true;
  const isLastB = b.alert.match.seen?.is_fallback === true;
  if (isLastA !== isLastB) return isLastA ? 1 : -1;
  return a.alert.match.time_ms - b.alert.match.time_ms || timestampOf(a) - timestampOf(b);
}

/** Those without `@timestamp` last in an ascending order. */
function timestampOf({ alert: { match } }: Candidate): number {
  return match.original_time === null ? Number.MAX_SAFE_INTEGER : Date.parse(match.original_time);
}

function termsOf({ alert }: Candidate): readonly Term[] {
  return alert.match.terms ?? [];
}

function compareTerms(a: readonly Term[], b: readonly Term[]): number {
  for (const [index, term] of a.entries()) {
    const order = compareTerm(term, b[index] ?? '');
    if (order !== 0) return order;
  }
  return 0;
}

/** Numbers by their value, texts by their UTF-8 bytes, false before true. */
function compareTerm(a: Term, b: Term): number {
  const isText = typeof a === 'string' || typeof b === 'string';
  if (!isText) return a < b ? -1 : a > b ? 1 : 0;
  if (typeof a !== 'string' || typeof b !== 'string') return compareText(typeof a, typeof b);
  return Buffer.compare(Buffer.from(a), Buffer.from(b));
}
