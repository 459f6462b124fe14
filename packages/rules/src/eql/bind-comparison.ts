// `field == literal` and its like -> a leaf, by the type of the field (semantics-eql.md 6.1).

import type { Clause } from '../clauses/clause.ts';
import { fieldLeaf } from '../clauses/field-leaf.ts';
import { equalsTest, existsTest, rangeTest } from '../clauses/leaf-test.ts';
import type { FieldType } from '../fields/field-type.ts';
import type { RangeOperator } from '../fields/range-predicate.ts';
import { numberText, isEqlNumber } from './eql-number.ts';
import { NOTHING } from '../clauses/constant-clause.ts';
import type { EqlFields } from './eql-fields.ts';
import { atPlace } from './eql-problem.ts';
import type { EqlComparison, EqlComparisonOperator, EqlConstant, EqlField, EqlLiteral } from './eql-tree.ts';
import { printEql } from './print-eql.ts';

/** The comparisons of order. */
export const RANGES: Readonly<Partial<Record<EqlComparisonOperator, RangeOperator>>> = {
  '<': 'lt',
  '<=': 'lte',
  '>': 'gt',
  '>=': 'gte',
};

export interface FieldComparison {
  readonly field: EqlField;
  readonly operator: EqlComparisonOperator;
  readonly literal: EqlLiteral;
  readonly node: EqlComparison;
}

/** Throws InputError EQL_TYPE where the literal cannot be a value of the field. */
export function bindFieldComparison(comparison: FieldComparison, fields: EqlFields): Clause {
  const { operator, literal, node } = comparison;
  const field = fields.resolve(comparison.field);
  if (literal.value === null) return bindNullCheck(comparison, fields);
  if (operator === '!=') return { kind: 'not', of: bindFieldComparison(positive(comparison), fields) };
  const range = RANGES[operator];
  const text = literalText(field.type, literal.value);
  const test = atPlace(literal.at, field.name, () =>
    range === undefined ? equalsTest(field.type, text, { isPhrase: false }) : rangeTest(field.type, range, text),
  );
  return fieldLeaf(field, test, { text: printEql(node) });
}

/** Whether the field has a value; any other comparison with null is null, which is no match. */
function bindNullCheck({ field, operator, node }: FieldComparison, fields: EqlFields): Clause {
  if (operator !== '==' && operator !== '!=') return NOTHING;
  const resolved = fields.resolve(field);
  const exists = fieldLeaf(resolved, existsTest(resolved.type), { text: printEql({ ...node, operator: '!=' }) });
  return operator === '!=' ? exists : { kind: 'not', of: exists };
}

function positive(comparison: FieldComparison): FieldComparison {
  return { ...comparison, operator: '==', node: { ...comparison.node, operator: '==' } };
}

/** A literal as a field of the type reads it: keywords take the text that Java writes for a number. */
export function literalText(type: FieldType, value: Exclude<EqlConstant, null>): string {
  if (!isEqlNumber(value)) return String(value);
  return type.kind === 'keyword' || type.kind === 'wildcard' ? numberText(value) : String(value.value);
}
