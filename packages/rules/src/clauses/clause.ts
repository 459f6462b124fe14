// What every language comes down to: tests on fields joined by and, or, not and nested groups. A KQL or EQL query, a filter and an
// exception are lowered into this tree, and everything that a hunt asks of them is asked of the tree.

import type { EventView, FieldPath, Requirement, Scalar } from '@coldhunt/core';
import type { FieldType, ResolvedField } from '../fields/field-type.ts';
import type { EventPredicate } from '../fields/field-values.ts';
import type { ValuePredicate } from '../fields/value-predicate.ts';

/** How a leaf is satisfied, for the words of an explanation. */
export type LeafKind = 'equal' | 'pattern' | 'range' | 'exists' | 'fits' | 'all';

interface Inspection {
  readonly values: readonly Scalar[];
  readonly satisfying: readonly Scalar[];
}

/** A test on the values of one field, each by itself. */
export interface ValueQuestion {
  /** Where the values stand, as seen from the event or from the object of the nested group around the leaf. */
  readonly path: FieldPath;
  readonly type: FieldType;
  readonly satisfies: ValuePredicate;
  /** Texts that satisfy it; null: none is known. */
  readonly listed: ListedTexts | null;
}

/** Values whose term is one of the texts satisfy a test. */
export interface ListedTexts {
  /** As the field's type indexes them. */
  readonly texts: readonly string[];
  /** Terms are compared without the case of ASCII letters. */
  readonly ignoreCase: boolean;
  /** No other value satisfies it. */
  readonly isAll: boolean;
}

/** A test that some value must satisfy. */
export interface LeafClause {
  readonly kind: 'leaf';
  readonly leafKind: LeafKind;
  /** The clause as it is written in its language. */
  readonly text: string;
  /**
   * Leaves with equal keys are equal predicates (under the same field types): field, type, nested group, test and operand. So many
   * rules can share one answer.
   */
  readonly key: string;
  /** The full field name as written; null: no single field. */
  readonly fieldName: string | null;
  /** Asks the event, or the object of the nested group around the leaf. */
  readonly matches: EventPredicate;
  /** Whether `matches` throws InputError on some events: the leaf then neither holds nor fails. */
  readonly mayFail?: boolean;
  /** The values that the leaf looks at, and which of them satisfy it. For explanations only. */
  readonly inspect: (event: EventView, nowMs: number) => Inspection;
  /** Necessary for the leaf to hold. */
  readonly requirement: Requirement;
  /** Where values are looked up, as seen from the whole event; null: anywhere. */
  readonly fields: readonly FieldPath[] | null;
  /** The field that must have a value for the leaf to hold; null: none in particular. */
  readonly neededField: string | null;
  /** What it asks of each value, when one that satisfies it is all that it takes, whatever else the event is and whenever; null: more. */
  readonly asks: ValueQuestion | null;
  /** Set when the leaf is plain equality with a term: alternatives on one field can share a set. */
  readonly term: { readonly field: ResolvedField; readonly text: string } | null;
}

/** Some object at the path satisfies the clause. */
export interface NestedClause {
  readonly kind: 'nested';
  readonly text: string;
  /** Relative to the group around it. */
  readonly path: FieldPath;
  readonly fullPath: FieldPath;
  /** A closed mapping does not know the group: it never matches. */
  readonly isUnmapped: boolean;
  readonly of: Clause;
}

/** An `and` of nothing holds, an `or` of nothing does not. */
export type Clause =
  | LeafClause
  | NestedClause
  | { readonly kind: 'not'; readonly of: Clause }
  | { readonly kind: 'and' | 'or'; readonly of: readonly Clause[] };
