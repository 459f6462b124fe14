// A leaf of the network that looks at the values of one field, each by itself.

import type { FieldType } from '../fields/field-type.ts';
import type { ValuePredicate } from '../fields/value-predicate.ts';
import type { ListedTexts } from '../clauses/clause.ts';

export interface ValueTest {
  /** Number of the field in the network's table. */
  readonly field: number;
  /** Number of the test among those of the field. */
  readonly index: number;
  readonly type: FieldType;
  readonly satisfies: ValuePredicate;
  readonly listed: ListedTexts | null;
  /** Rules that are looked at when a value satisfies the test. Planned when all rules are known, and again as events are seen. */
  readonly opens: number[];
}

/** Tests of one kind compare the same text of a value: one look-up answers all of them. */
export function listKind({ type, listed }: Pick<ValueTest, 'type' | 'listed'>): string {
  return JSON.stringify([type, listed?.ignoreCase ?? false]);
}
