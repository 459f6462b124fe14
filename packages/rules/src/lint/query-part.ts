// A query of any language as the checks see it: tests on fields with their literals and places, joined by and, or, not.

import type { ResolvedField } from '../fields/field-type.ts';
import type { ValuePredicate } from '../fields/value-predicate.ts';
import type { PatternToken } from '../fields/wildcard-pattern.ts';
import type { Interval } from './interval.ts';
import type { LoneField } from './lone-field.ts';
import type { TextPosition } from '../text-position.ts';

/** `exact`: the whole value. `needle`: the text of a function that Elasticsearch puts into a pattern. `other`: a bound, an argument. */
type ValueForm = 'exact' | 'pattern' | 'regexp' | 'needle' | 'other';

/** A literal of a test. */
export interface QueryValue {
  readonly text: string;
  readonly form: ValueForm;
  readonly ignoreCase: boolean;
  /** Written in quotes, where a star is not a wildcard: an escaped one is meant to be none. */
  readonly isPlainQuote: boolean;
  readonly at: TextPosition;
  /** The fixed characters of a pattern; of the others the text. */
  readonly fixedLength: number;
  /** Whether a value of the field satisfies this literal alone; null: not asked by the checks. */
  readonly satisfies: ValuePredicate | null;
  /** Which texts satisfy it, where they are compared as wholes; null: not by a pattern. */
  readonly tokens: readonly PatternToken[] | null;
}

export interface QueryLeaf {
  readonly kind: 'leaf';
  /** As it is written in its language. */
  readonly text: string;
  readonly at: TextPosition;
  /** As LeafClause has it: equal keys are equal tests. */
  readonly key: string;
  /** null: free text, a name with stars, an expression. */
  readonly field: ResolvedField | null;
  /** Whether it asks for any value at all. */
  readonly isExistence: boolean;
  readonly values: readonly QueryValue[];
  /** The numbers that satisfy it, and no other value does; null: it does not compare numbers. */
  readonly interval: Interval | null;
  /** Set when it looks at one field and nothing else, outside of nested groups. */
  readonly alone: LoneField | null;
}

/** Only what is within a group is compared with each other: each object of the group is an event of its own. */
interface QueryGroup {
  readonly kind: 'nested';
  readonly of: QueryPart;
}

/** Something that does not fit its field: it was told, and nothing is known of it. */
interface UnknownPart {
  readonly kind: 'unknown';
}

export type QueryPart =
  | QueryLeaf
  | QueryGroup
  | UnknownPart
  | { readonly kind: 'not'; readonly of: QueryPart }
  | { readonly kind: 'and' | 'or'; readonly of: readonly QueryPart[] };

/** Tells of something at a place of the query. */
export type Report = (code: ReportedCode, at: TextPosition, message: string) => void;

export type ReportedCode =
  | 'cannot-hold'
  | 'contradiction'
  | 'always-holds'
  | 'constant'
  | 'wrong-case'
  | 'not-allowed'
  | 'not-kql'
  | 'literal-wildcard'
  | 'wildcard-on-ip'
  | 'regex-anchor'
  | 'needle-wildcard'
  | 'type-mismatch';
