// A query of any language as what it asks of values, for writing it in another: tests on fields joined by and, or, not.

import type { ResolvedField } from '../fields/field-type.ts';
import type { RangeOperator } from '../fields/range-predicate.ts';
import type { TextPosition } from '../text-position.ts';

/** What some value of the field must satisfy. */
export type FieldTest =
  | { readonly kind: 'exists' }
  /** Any of the texts as a whole, or any of the patterns of Elasticsearch's wildcard query. `ignoreCase`: letters of ASCII. */
  | {
      readonly kind: 'texts';
      readonly texts: readonly string[];
      readonly patterns: readonly string[];
      readonly ignoreCase: boolean;
    }
  /** Any of these regular expressions of Lucene, on the whole value. */
  | { readonly kind: 'regexps'; readonly patterns: readonly string[]; readonly ignoreCase: boolean }
  | { readonly kind: 'range'; readonly operator: RangeOperator; readonly text: string };

export interface TestCondition {
  readonly kind: 'test';
  readonly at: TextPosition;
  /** As it was written. */
  readonly text: string;
  readonly field: ResolvedField;
  readonly test: FieldTest;
}

/** What only its own language can say. */
interface OwnCondition {
  readonly kind: 'own';
  readonly at: TextPosition;
  readonly text: string;
  readonly reason: string;
}

export type Condition =
  | TestCondition
  | OwnCondition
  | { readonly kind: 'constant'; readonly value: boolean }
  | { readonly kind: 'not'; readonly of: Condition }
  | { readonly kind: 'and' | 'or'; readonly of: readonly Condition[] };

/** A clause that cannot be said in the other language. */
export interface Unsayable {
  readonly at: TextPosition;
  readonly clause: string;
  readonly reason: string;
}

/** Thrown for one clause, told with its place. */
export class UnsayableError extends Error {}
