// Syntax tree + field types -> clause, as Elasticsearch compiles EQL to a query (semantics-eql.md 1): and, or, not over leaves that any
// value can satisfy. An expression with a function or arithmetic is one leaf; a not stays outside of it.

import type { Clause, LeafClause } from '../clauses/clause.ts';
import { EVERYTHING, NOTHING } from '../clauses/constant-clause.ts';
import { fieldLeaf } from '../clauses/field-leaf.ts';
import { equalsTest } from '../clauses/leaf-test.ts';
import { bindFieldComparison } from './bind-comparison.ts';
import { bindFieldIn, bindFieldMatch } from './bind-list.ts';
import { bindPushedCall, isPushed } from './bind-pushed-call.ts';
import { compileScript } from './compile-script.ts';
import type { EqlFields } from './eql-fields.ts';
import { atPlace, eqlProblem } from './eql-problem.ts';
import type { EqlComparison, EqlField, EqlNode } from './eql-tree.ts';
import { printEql } from './print-eql.ts';
import { scriptLeaf } from './script-leaf.ts';

/**
 * The condition has passed `checkEql` and `foldEql`. Throws InputError EQL_TYPE, REGEXP_SYNTAX and REGEXP_LIMIT with
 * `details: {line, column, offset}`.
 */
export function bindEql(node: EqlNode, fields: EqlFields): Clause {
  switch (node.kind) {
    case 'and':
    case 'or':
      return { kind: node.kind, of: node.of.map((child) => bindEql(child, fields)) };
    case 'not':
      return { kind: 'not', of: bindEql(node.of, fields) };
    case 'literal':
      return node.value === true ? EVERYTHING : NOTHING;
    case 'field':
      return bindFlag(node, fields);
    case 'comparison':
      return bindComparison(node, fields);
    case 'in':
      return node.of.kind === 'field' ? bindFieldIn(node, node.of, fields) : bindScript(node, fields);
    case 'match':
      return node.of.kind === 'field' ? bindFieldMatch(node, node.of, fields) : bindScript(node, fields);
    case 'call':
      return isPushed(node) ? bindPushedCall(node, fields) : bindScript(node, fields);
    case 'arithmetic':
    case 'negation':
      throw eqlProblem('EQL_TYPE', node.at, `${printEql(node)} is a number: a condition must be true or false`);
  }
}

/** A bare field: `flag` is `flag == true`. */
function bindFlag(node: EqlField, fields: EqlFields): Clause {
  const field = fields.resolve(node);
  const test = atPlace(node.at, field.name, () => equalsTest(field.type, 'true', { isPhrase: false }));
  return fieldLeaf(field, test, { text: printEql(node) });
}

/** `foldEql` put the constant on the right, and left no test compared with true or false. */
function bindComparison(node: EqlComparison, fields: EqlFields): Clause {
  const { operator, left, right } = node;
  if (right.kind !== 'literal') {
    throw eqlProblem('EQL_TYPE', node.at, 'fields cannot be compared with each other: one side must be a constant');
  }
  if (left.kind === 'field') return bindFieldComparison({ field: left, operator, literal: right, node }, fields);
  // Inside a script null is a value like others.
  if (operator !== '!=' || right.value === null) return bindScript(node, fields);
  return { kind: 'not', of: bindScript({ ...node, operator: '==' }, fields) };
}

function bindScript(node: EqlNode, fields: EqlFields): LeafClause {
  const script = compileScript(node, (field) => fields.resolve(field));
  const needed = neededField(node);
  return scriptLeaf(script, {
    text: printEql(node),
    neededField: needed === null ? null : fields.resolve(needed).path.name,
  });
}

/** A field whose absence makes the whole expression null: the first argument of a function, either side of a calculation. */
function neededField(node: EqlNode): EqlField | null {
  switch (node.kind) {
    case 'field':
      return node;
    case 'call':
      return node.arguments[0] === undefined ? null : neededField(node.arguments[0]);
    case 'arithmetic':
      return neededField(node.left) ?? neededField(node.right);
    case 'comparison': {
      const isNullCheck = [node.left, node.right].some((side) => side.kind === 'literal' && side.value === null);
      return isNullCheck ? null : (neededField(node.left) ?? neededField(node.right));
    }
    case 'negation':
    case 'in':
    case 'match':
      return neededField(node.of);
    default:
      return null;
  }
}
