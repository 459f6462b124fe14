// A filter's test on one field. A test that does not fit the field makes the filter invalid.

import { InputError } from '@coldhunt/core';
import type { LeafClause } from '../clauses/clause.ts';
import { fieldLeaf } from '../clauses/field-leaf.ts';
import type { LeafTest } from '../clauses/leaf-test.ts';
import type { ResolvedField } from '../fields/field-type.ts';
import { invalidFilter } from './filter-value.ts';

/** Throws InputError FILTER_INVALID. */
export function filterLeaf(field: ResolvedField, makeTest: () => LeafTest, text: string): LeafClause {
  try {
    return { ...fieldLeaf(field, makeTest(), { text }), leafKind: 'fits' };
  } catch (error) {
    if (error instanceof InputError && error.code === 'KQL_TYPE')
      throw invalidFilter(`field "${field.name}": ${error.message}`);
    throw error;
  }
}
