// An expression over fields -> a function of their values, with null for what is missing: what Elasticsearch runs as one script
// (semantics-eql.md 5.3). Each use of a field takes values of its own.

import type { ResolvedField } from '../fields/field-type.ts';
import type { EqlConstant, EqlField, EqlNode } from './eql-tree.ts';
import { isEqlNumber } from './eql-number.ts';
import { computeArithmetic, negateNumber } from './functions/arithmetic.ts';
import { callFunction } from './functions/call-function.ts';
import { scriptIn, scriptMatch } from './script-match.ts';
import { allOfThree, anyOfThree, compareConstants, notOfThree } from './three-valued.ts';

/** The value of an expression for one value of each use of a field. Throws InputError EQL_ARITHMETIC. */
type ScriptValue = (values: readonly EqlConstant[]) => EqlConstant;

export interface Script {
  /** One for each use, in the order of the query. */
  readonly uses: readonly ResolvedField[];
  readonly evaluate: ScriptValue;
}

/** The expression is checked and folded: every field in it can be resolved. */
export function compileScript(root: EqlNode, resolve: (field: EqlField) => ResolvedField): Script {
  const uses: ResolvedField[] = [];
  const compile = (node: EqlNode): ScriptValue => {
    switch (node.kind) {
      case 'literal':
        return () => node.value;
      case 'field': {
        const index = uses.push(resolve(node)) - 1;
        return (values) => values[index] ?? null;
      }
      case 'call': {
        const given = node.arguments.map((argument) => compile(argument));
        return (values) =>
          callFunction(
            node,
            given.map((argument) => argument(values)),
          );
      }
      case 'arithmetic': {
        const [left, right] = [compile(node.left), compile(node.right)];
        return (values) => computeArithmetic(node.operator, numberOf(left(values)), numberOf(right(values)));
      }
      case 'negation': {
        const of = compile(node.of);
        return (values) => {
          const number = numberOf(of(values));
          return number === null ? null : negateNumber(number);
        };
      }
      case 'comparison': {
        const { operator, left, right } = node;
        if (isNull(left) || isNull(right)) return nullCheck(operator, compile(isNull(left) ? right : left));
        const [a, b] = [compile(left), compile(right)];
        return (values) => compareConstants(operator, a(values), b(values));
      }
      case 'in':
      case 'match': {
        const of = compile(node.of);
        const test = node.kind === 'in' ? scriptIn(node) : scriptMatch(node);
        return (values) => test(of(values));
      }
      case 'not': {
        const of = compile(node.of);
        return (values) => notOfThree(of(values));
      }
      case 'and': {
        const parts = node.of.map((part) => compile(part));
        return (values) => allOfThree(parts, values);
      }
      case 'or': {
        const parts = node.of.map((part) => compile(part));
        return (values) => anyOfThree(parts, values);
      }
    }
  };
  return { evaluate: compile(root), uses };
}

function isNull(node: EqlNode): boolean {
  return node.kind === 'literal' && node.value === null;
}

/** `x == null` asks whether there is a value; every other comparison with null is null. */
function nullCheck(operator: string, of: ScriptValue): ScriptValue {
  if (operator === '==') return (values) => of(values) === null;
  if (operator === '!=') return (values) => of(values) !== null;
  return () => null;
}

function numberOf(value: EqlConstant): Extract<EqlConstant, object> | null {
  return isEqlNumber(value) ? value : null;
}
