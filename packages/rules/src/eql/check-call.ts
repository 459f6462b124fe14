// The type check of a call against the table of functions (semantics-eql.md 9).

import { parseIpBlock } from '../fields/ip-address.ts';
import { eqlChildren } from './eql-children.ts';
import { eqlProblem } from './eql-problem.ts';
import type { EqlCall, EqlNode } from './eql-tree.ts';
import { nameOfType, type EqlType } from './eql-type.ts';
import {
  argumentCountProblem,
  describeEqlFunction,
  type EqlFunction,
  type EqlParameter,
} from './functions/eql-function.ts';
import { findEqlFunction, fitsType, nearestEqlFunction } from './functions/function-table.ts';
import { printEql } from './print-eql.ts';

/** The type of a call's result. Throws InputError EQL_TYPE for an unknown function and for arguments that it does not take. */
export function checkCall(node: EqlCall, types: readonly EqlType[]): EqlType {
  const called = findEqlFunction(node.name);
  if (called === null) {
    const near = nearestEqlFunction(node.name);
    throw eqlProblem(
      'EQL_TYPE',
      node.at,
      `unknown function "${node.name}"${near === null ? '' : `: did you mean ${near}?`}`,
    );
  }
  if (node.isCaseInsensitive && !called.hasTilde) {
    throw eqlProblem('EQL_TYPE', node.at, `there is no ${called.name}~, only ${describeEqlFunction(called)}`);
  }
  const wrong = argumentCountProblem(called, node.arguments.length);
  if (wrong !== null) throw eqlProblem('EQL_TYPE', node.at, wrong);
  for (const [index, argument] of node.arguments.entries()) {
    checkArgument(called, { argument, type: types[index] ?? 'null' }, parameterAt(called, index));
  }
  return called.result === 'integer' ? 'number' : called.result;
}

function parameterAt({ parameters }: EqlFunction, index: number): EqlParameter {
  return parameters[Math.min(index, parameters.length - 1)] as EqlParameter;
}

function checkArgument(
  called: EqlFunction,
  { argument, type }: { readonly argument: EqlNode; readonly type: EqlType },
  parameter: EqlParameter,
): void {
  const refuse = (why: string): never => {
    throw eqlProblem(
      'EQL_TYPE',
      argument.at,
      `${printEql(argument)}: ${parameter.name} of ${describeEqlFunction(called)} ${why}`,
    );
  };
  if (parameter.isConstant && hasField(argument)) refuse('must be a constant');
  if (!takes(parameter, type) || (argument.kind === 'literal' && !isTaken(argument, parameter)))
    refuse(`must be ${nameOfParameter(parameter)}, not ${nameOfType(type)}`);
  if (called.name !== 'cidrMatch' || parameter.name !== 'block' || argument.kind !== 'literal') return;
  if (typeof argument.value === 'string' && parseIpBlock(argument.value) === null)
    refuse('must be an address block such as 10.0.0.0/8 or 2001:db8::/32');
}

function takes(parameter: EqlParameter, type: EqlType): boolean {
  if (parameter.type === 'any' || type === 'null' || type === 'any') return true;
  return type === (parameter.type === 'integer' ? 'number' : parameter.type);
}

/** `integer` and its like: what only the value itself can tell. */
function isTaken(argument: Extract<EqlNode, { kind: 'literal' }>, parameter: EqlParameter): boolean {
  return parameter.type === 'ip' ? argument.value === null : fitsType(argument.value, parameter.type);
}

function nameOfParameter({ type }: EqlParameter): string {
  return type === 'integer' ? 'a whole number' : nameOfType(type);
}

/** Whether an expression looks at an event at all. */
export function hasField(node: EqlNode): boolean {
  return node.kind === 'field' || eqlChildren(node).some((child) => hasField(child));
}
