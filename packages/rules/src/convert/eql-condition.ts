// An EQL event query -> what it asks of values.

import { literalText } from '../eql/bind-comparison.ts';
import { isEverything, likePattern } from '../eql/bind-list.ts';
import { isPushed, pushedPattern } from '../eql/bind-pushed-call.ts';
import { checkEql } from '../eql/check-eql.ts';
import type { EqlFields } from '../eql/eql-fields.ts';
import type { EqlComparison, EqlEventQuery, EqlField, EqlMatch, EqlNode } from '../eql/eql-tree.ts';
import { foldEql } from '../eql/fold-eql.ts';
import { printEql, printEqlName, printEqlString } from '../eql/print-eql.ts';
import type { FieldType } from '../fields/field-type.ts';
import type { RangeOperator } from '../fields/range-predicate.ts';
import type { Condition, FieldTest } from './condition.ts';

const RANGES: Readonly<Record<string, RangeOperator>> = { '<': 'lt', '<=': 'lte', '>': 'gt', '>=': 'gte' };

/** Throws InputError EQL_TYPE and EQL_FIELD with the place, as the compiler does. */
export function eqlCondition(query: EqlEventQuery, fields: EqlFields, categoryField: string): Condition {
  checkEql(query.condition, fields);
  const folded = foldEql(query.condition, (field) => fields.isNull(field));
  const condition = conditionOf(folded, fields);
  if (query.category === null) return condition;
  const { at, category } = query;
  const field = fields.resolve({ kind: 'field', name: categoryField, isOptional: false, at });
  const text = `${printEqlName(categoryField)} == ${printEqlString(category)}`;
  const asked: Condition = { kind: 'test', at, text, field, test: texts([category], false) };
  return { kind: 'and', of: condition.kind === 'and' ? [asked, ...condition.of] : [asked, condition] };
}

function conditionOf(node: EqlNode, fields: EqlFields): Condition {
  const own = (reason: string): Condition => ({ kind: 'own', at: node.at, text: printEql(node), reason });
  const testOf = (asked: EqlField, test: (type: FieldType) => FieldTest): Condition => {
    const field = fields.resolve(asked);
    return { kind: 'test', at: node.at, text: printEql(node), field, test: test(field.type) };
  };
  switch (node.kind) {
    case 'and':
    case 'or':
      return { kind: node.kind, of: node.of.map((child) => conditionOf(child, fields)) };
    case 'not':
      return { kind: 'not', of: conditionOf(node.of, fields) };
    case 'literal':
      return { kind: 'constant', value: node.value === true };
    case 'field':
      return testOf(node, () => texts(['true'], false));
    case 'comparison':
      return node.left.kind === 'field' && node.right.kind === 'literal'
        ? compare(node, (test) => testOf(node.left as EqlField, test))
        : own(EXPRESSION);
    case 'in':
      return node.of.kind === 'field'
        ? testOf(node.of, (type) => texts(constants(node.list, type), node.isCaseInsensitive))
        : own(EXPRESSION);
    case 'match':
      return node.of.kind === 'field' ? testOf(node.of, () => matchTest(node)) : own(EXPRESSION);
    case 'call': {
      if (!isPushed(node)) return own(EXPRESSION);
      const [of, ...rest] = node.arguments;
      return testOf(of, (type) => {
        const given = constants(rest, type);
        const pattern = pushedPattern(node, given[0] ?? '');
        if (pattern === null) return texts(given, false);
        if (isEverything(pattern)) return { kind: 'exists' };
        return { kind: 'texts', texts: [], patterns: [pattern], ignoreCase: node.isCaseInsensitive };
      });
    }
    case 'arithmetic':
    case 'negation':
      return own(EXPRESSION);
  }
}

const EXPRESSION = 'it calculates with values, which only EQL can say';

function compare(node: EqlComparison, testOf: (test: (type: FieldType) => FieldTest) => Condition): Condition {
  const { operator, right } = node;
  if (right.kind !== 'literal') return { kind: 'constant', value: false };
  const { value } = right;
  const range = RANGES[operator];
  if (value === null) {
    if (range !== undefined) return { kind: 'constant', value: false };
    const exists = testOf(() => ({ kind: 'exists' }));
    return operator === '!=' ? exists : { kind: 'not', of: exists };
  }
  if (range !== undefined)
    return testOf((type) => ({ kind: 'range', operator: range, text: literalText(type, value) }));
  const equals = testOf((type) => texts([literalText(type, value)], false));
  return operator === '!=' ? { kind: 'not', of: equals } : equals;
}

function matchTest({ operator, patterns }: EqlMatch): FieldTest {
  const given = patterns.map(({ value }) => String(value));
  const ignoreCase = operator !== 'like' && operator !== 'regex';
  if (operator === 'regex' || operator === 'regex~') return { kind: 'regexps', patterns: given, ignoreCase };
  if (given.some((text) => isEverything(text))) return { kind: 'exists' };
  return {
    kind: 'texts',
    texts: given.filter((text) => !/[*?]/.test(text)),
    patterns: given.filter((text) => /[*?]/.test(text)).map((text) => likePattern(text)),
    ignoreCase,
  };
}

function texts(given: readonly string[], ignoreCase: boolean): FieldTest {
  return { kind: 'texts', texts: given, patterns: [], ignoreCase };
}

function constants(nodes: readonly EqlNode[], type: FieldType): readonly string[] {
  return nodes.flatMap((node) =>
    node.kind === 'literal' && node.value !== null ? [literalText(type, node.value)] : [],
  );
}
