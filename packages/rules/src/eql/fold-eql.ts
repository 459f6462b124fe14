// What the text of a condition decides alone: constants, and the literal null (semantics-eql.md 4.2, 5.2). One pass from the leaves up
// leaves nothing more to fold, as every rule looks at parts that are folded.

import { InputError } from '@coldhunt/core';
import { compileRegexp } from '../regexp/compile-regexp.ts';
import { compileScript } from './compile-script.ts';
import { eqlChildren } from './eql-children.ts';
import type { EqlChain, EqlComparison, EqlConstant, EqlField, EqlLiteral, EqlMatch, EqlNode } from './eql-tree.ts';
import { argumentCountProblem } from './functions/eql-function.ts';
import { findEqlFunction } from './functions/function-table.ts';

const SWAPPED = { '==': '==', '!=': '!=', '<': '>', '<=': '>=', '>': '<', '>=': '<=' } as const;

/**
 * The same condition, folded: as a whole `null` or `false` where no event can satisfy it. Constants stand on the right of comparisons; a
 * comparison of a test with true or false is the test or its negation. A field of which `isNull` is true is the literal null, which is
 * not the same as a field without a value: `not` of it is no match. Throws InputError EQL_ARITHMETIC with the place.
 */
export function foldEql(node: EqlNode, isNull: (field: EqlField) => boolean = () => false): EqlNode {
  const fold = (part: EqlNode): EqlNode => foldEql(part, isNull);
  switch (node.kind) {
    case 'literal':
      return node;
    case 'field':
      return isNull(node) ? literal(node, null) : node;
    case 'not':
      return foldNot({ ...node, of: fold(node.of) });
    case 'and':
    case 'or':
      return foldChain({ ...node, of: node.of.map(fold) });
    case 'comparison': {
      // Only a null that was written, or a field that is one, makes a comparison a question for null: before others are found.
      const isNullCheck = [node.left, node.right].some(
        (side) => isLiteral(side, null) || (side.kind === 'field' && isNull(side)),
      );
      const [left, right] = [fold(node.left), fold(node.right)];
      if (!isNullCheck && (isLiteral(left, null) || isLiteral(right, null))) return literal(node, null);
      return foldComparison({ ...node, left, right });
    }
    case 'arithmetic': {
      const [left, right] = [fold(node.left), fold(node.right)];
      return isLiteral(left, null) || isLiteral(right, null) ? literal(node, null) : compute({ ...node, left, right });
    }
    case 'negation': {
      const of = fold(node.of);
      return isLiteral(of, null) ? literal(node, null) : compute({ ...node, of });
    }
    case 'call':
      return foldCall({ ...node, arguments: node.arguments.map(fold) });
    case 'in': {
      const [of, list] = [fold(node.of), node.list.map(fold)];
      return isLiteral(of, null) ? literal(node, null) : compute({ ...node, of, list });
    }
    case 'match': {
      const of = fold(node.of);
      return isLiteral(of, null) ? matchOfNull(node) : compute({ ...node, of });
    }
  }
}

function foldNot(node: Extract<EqlNode, { kind: 'not' }>): EqlNode {
  const { of } = node;
  if (of.kind === 'not') return of.of;
  if (of.kind !== 'literal' || (of.value !== null && typeof of.value !== 'boolean')) return node;
  return literal(node, of.value === null ? null : !of.value);
}

/** Of several operands one decides: false in an `and`, true in an `or`. Without it null decides in an `and` and counts nothing in an `or`. */
function foldChain(node: EqlChain): EqlNode {
  const isAnd = node.kind === 'and';
  const of: EqlNode[] = [];
  let hasNull = false;
  for (const operand of node.of) {
    if (isLiteral(operand, !isAnd)) return literal(node, !isAnd);
    if (isLiteral(operand, null)) hasNull = true;
    else if (operand.kind === node.kind) for (const each of operand.of) of.push(each);
    else if (!isLiteral(operand, isAnd)) of.push(operand);
  }
  if (hasNull && (isAnd || of.length === 0)) return literal(node, null);
  if (of.length === 0) return literal(node, isAnd);
  return of.length === 1 ? (of[0] as EqlNode) : { ...node, of };
}

function foldComparison(node: EqlComparison): EqlNode {
  const { left, right, operator } = node;
  if (left.kind === 'literal' && right.kind !== 'literal') {
    return foldComparison({ ...node, operator: SWAPPED[operator], left: right, right: left });
  }
  const isEquality = operator === '==' || operator === '!=';
  if (right.kind !== 'literal') return node;
  if (left.kind === 'literal') return compute(node);
  if (right.value === null) return isEquality ? node : literal(node, null);
  if (!isEquality || typeof right.value !== 'boolean' || !isTest(left)) return node;
  return right.value === (operator === '==') ? left : foldNot({ kind: 'not', of: left, at: node.at });
}

/** Whether an expression is true or false by itself. */
function isTest(node: EqlNode): boolean {
  if (node.kind === 'call') return findEqlFunction(node.name)?.result === 'boolean';
  return ['comparison', 'in', 'match', 'not', 'and', 'or'].includes(node.kind);
}

function foldCall(node: Extract<EqlNode, { kind: 'call' }>): EqlNode {
  const called = findEqlFunction(node.name);
  if (called === null || argumentCountProblem(called, node.arguments.length) !== null) return node;
  const { parameters } = called;
  const givesNull = node.arguments.some((argument, index) => {
    const parameter = parameters[Math.min(index, parameters.length - 1)];
    return parameter?.onNull === 'null' && isLiteral(argument, null);
  });
  return givesNull ? literal(node, null) : compute(node);
}

/**
 * What every text fits asks whether there is a value; one fixed text is a comparison, which with null is false; all else is null. Elastic
 * rewrites in this order, before it looks for null.
 */
function matchOfNull({ operator, patterns, at, ...node }: EqlMatch): EqlLiteral {
  const [first, ...rest] = patterns;
  if (rest.length > 0 || typeof first?.value !== 'string') return literal({ at }, null);
  const pattern = first.value;
  const { fixed, everything } =
    operator === 'regex' || operator === 'regex~'
      ? withPlace({ ...node, at: first.at }, () => regexpShape(pattern))
      : { fixed: !/[*?]/.test(pattern), everything: /^\*+$/.test(pattern) };
  const isComparison = fixed && (operator === 'like' || operator === 'regex');
  return literal({ at }, isComparison || everything ? false : null);
}

function regexpShape(pattern: string): { readonly fixed: boolean; readonly everything: boolean } {
  const { fixedText, matchesEverything } = compileRegexp(pattern);
  return { fixed: fixedText !== null, everything: matchesEverything };
}

/** Its value, where all parts are constants. */
function compute(node: EqlNode): EqlNode {
  if (!eqlChildren(node).every((child) => child.kind === 'literal')) return node;
  const { evaluate } = compileScript(node, noField);
  return literal(
    node,
    withPlace(node, () => evaluate([])),
  );
}

function noField(field: EqlField): never {
  throw new InputError('EQL_FIELD', `a constant holds the field ${field.name}`);
}

function withPlace<Result>({ at: { line, column, offset } }: Pick<EqlNode, 'at'>, act: () => Result): Result {
  try {
    return act();
  } catch (error) {
    if (!(error instanceof InputError) || 'line' in error.details) throw error;
    const details = { line, column, offset };
    throw new InputError(error.code, `${line}:${column}: ${error.message}`, { cause: error, details });
  }
}

function literal({ at }: Pick<EqlNode, 'at'>, value: EqlConstant): EqlLiteral {
  return { kind: 'literal', value, at };
}

function isLiteral(node: EqlNode, value: boolean | null): boolean {
  return node.kind === 'literal' && node.value === value;
}
