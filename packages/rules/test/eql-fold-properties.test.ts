import fc from 'fast-check';
import { expect, it } from 'vitest';
import { InputError } from '@coldhunt/core';
import type { EqlField, EqlNode } from '../src/eql/eql-tree.ts';
import { foldEql } from '../src/eql/fold-eql.ts';
import { eqlExpression } from './eql-arbitrary.ts';
import { treeText } from './tree-text.ts';

const isNull = (field: EqlField): boolean => field.isOptional && field.name.length % 2 === 0;

function foldOrError(node: EqlNode): EqlNode | null {
  try {
    return foldEql(node, isNull);
  } catch (error) {
    if (error instanceof InputError) return null;
    throw error;
  }
}

it('folds any expression so far that nothing is left to fold, or gives an InputError', () => {
  fc.assert(
    fc.property(eqlExpression, (node) => {
      const folded = foldOrError(node);
      if (folded !== null) expect(treeText(foldEql(folded, isNull))).toBe(treeText(folded));
    }),
    { numRuns: 3_000 },
  );
});
