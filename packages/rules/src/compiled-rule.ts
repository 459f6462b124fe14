// What a compiled rule can answer. Compiled once per hunt and process; nothing here allocates more than it returns.

import type { EventView, FieldPath, Requirement } from '@coldhunt/core';
import type { Clause } from './clauses/clause.ts';
import type { Rule } from './rule.ts';

/** One value of a tuple of terms, typed as Elastic gives it: strings, exact numbers, booleans. */
export type Term = string | number | bigint | boolean;

/** What an event has for one field that alerts are grouped by: a value, all its values in order, or null for none. */
export type GroupValue = Term | readonly Term[] | null;

/** One clause of the query with what an event had for it, for `coldhunt.explanation` and `--explain`. */
export interface ExplainedClause {
  /** The clause as KQL text, printed from the syntax tree. */
  readonly clause: string;
  readonly field: string | null;
  readonly holds: boolean;
  /** The values that satisfied it (holds), or all values of the field (does not hold); JSON-able text forms. */
  readonly values: readonly string[];
  /** Why it does not hold, or how it holds: `no value`, `no value is equal`, `excluded by not`, … */
  readonly reason: string;
}

export interface CompiledRule {
  readonly rule: Rule;
  /** SHA-256 of the rule's canonical JSON. */
  readonly hash: string;
  /** Query and filters as one tree: what `matches` asks. */
  readonly clause: Clause;
  /** Necessary for `matches`. */
  readonly requirement: Requirement;
  /** Every field that matching, exceptions, terms and fallbacks look at, each with all that lies below it (objects). A wildcard field name needs all: null. */
  readonly fields: readonly FieldPath[] | null;
  /** Fields of which every alert needs at least one value in each inner list (all of the outer, any of the inner): the census of coverage. */
  readonly neededFields: readonly (readonly string[])[];
  readonly warnings: readonly string[];
  /**
   * Query and filters, without exceptions. `nowMs` is KQL's `now`: the event's effective time. Throws InputError EQL_ARITHMETIC and
   * EQL_COMBINATIONS for an event whose values an EQL expression cannot take: Elasticsearch would fail the search.
   */
  matches(event: EventView, nowMs: number): boolean;
  /** The id of the first exception item that holds for a matching event, or null. Expired items (at `nowMs`) never hold. */
  exceptedBy(event: EventView, nowMs: number): string | null;
  /**
   * The distinct tuples of terms (cartesian product, rule's field order, values in order of first occurrence); [] without one. New-terms
   * rules: their terms. Threshold rules: the buckets that the event is in; without fields it is in the one bucket []. Others: [].
   */
  terms(event: EventView): readonly (readonly Term[])[];
  /** The distinct values of a threshold rule's cardinality field; null: the rule counts none. */
  distinct(event: EventView): readonly Term[] | null;
  /**
   * The groups that alert suppression puts the event's alerts in: of a query rule one for each value of its fields (cartesian product),
   * of other rules one, of all values. null: they are not suppressed (no suppression, or a missing field and `doNotSuppress`; threshold
   * rules group by their buckets). `too many`: more than GROUP_LIMIT.
   */
  groupBy(event: EventView): readonly (readonly GroupValue[])[] | 'too many' | null;
  /** The clauses that made a matching event match, and for a non-matching one those that failed. */
  explain(event: EventView, nowMs: number): readonly ExplainedClause[];
}
