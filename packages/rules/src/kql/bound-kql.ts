// The query tree bound to field types: each leaf knows its test, what it needs of an event, and its words for an explanation.

import type { EventView, FieldPath, Requirement, Scalar } from '@coldhunt/core';
import type { ResolvedField } from '../fields/field-type.ts';
import type { EventPredicate } from '../fields/field-values.ts';
import type { KqlIs, KqlRange } from './kql-tree.ts';

/** How a clause is satisfied, for the words of an explanation. */
export type ClauseKind = 'equal' | 'pattern' | 'range' | 'exists' | 'all';

interface Inspection {
  readonly values: readonly Scalar[];
  readonly satisfying: readonly Scalar[];
}

export interface BoundLeaf {
  readonly kind: 'leaf';
  readonly clause: KqlIs | KqlRange;
  readonly clauseKind: ClauseKind;
  /** The full field name as written; null: free text. */
  readonly fieldName: string | null;
  /** Asks the event, or the object of the nested group around the leaf. */
  readonly matches: EventPredicate;
  /** The values that the clause looks at, and which of them satisfy it. For explanations only. */
  readonly inspect: (event: EventView, nowMs: number) => Inspection;
  /** Necessary for the leaf to hold. */
  readonly requirement: Requirement;
  /** Where values are looked up, as seen from the whole event; null: anywhere. */
  readonly fields: readonly FieldPath[] | null;
  /** The field that must have a value for the leaf to hold; null: none in particular. */
  readonly neededField: string | null;
  /** Set when the leaf is plain equality with a term: alternatives on one field can share a set. */
  readonly term: { readonly field: ResolvedField; readonly text: string } | null;
}

export interface BoundNested {
  readonly kind: 'nested';
  /** Relative to the group around it. */
  readonly path: FieldPath;
  readonly fullPath: FieldPath;
  /** A closed mapping does not know the group: it never matches. */
  readonly isUnmapped: boolean;
  readonly of: BoundNode;
  readonly clause: string;
}

export type BoundNode =
  | BoundLeaf
  | BoundNested
  | { readonly kind: 'not'; readonly of: BoundNode }
  | { readonly kind: 'and' | 'or'; readonly of: readonly BoundNode[] };
