// What a function of EQL takes and gives (semantics-eql.md 9).

import type { EqlConstant } from '../eql-tree.ts';

/** `integer` is a number without a fraction; `any` is everything that has a text. */
export type EqlValueType = 'string' | 'number' | 'integer' | 'boolean' | 'ip' | 'any';

export interface EqlParameter {
  readonly name: string;
  readonly type: EqlValueType;
  readonly isOptional: boolean;
  /** Only a constant can stand here. */
  readonly isConstant: boolean;
  /** What a null gives: null as the result, or what an absent argument gives. */
  readonly onNull: 'null' | 'default';
}

export interface EqlFunction {
  /** As Elastic writes it; queries may use any case. */
  readonly name: string;
  /** Whether `name~` exists, which ignores case. */
  readonly hasTilde: boolean;
  readonly parameters: readonly EqlParameter[];
  /** The last parameter may be repeated. */
  readonly isVariadic: boolean;
  readonly result: 'string' | 'number' | 'integer' | 'boolean';
  /**
   * The result for arguments that fit; null for an optional one that is absent. Nulls that give null never come here.
   * Throws InputError EQL_ARITHMETIC.
   */
  readonly evaluate: (values: readonly EqlConstant[], ignoreCase: boolean) => EqlConstant;
}

/** The function as a reader knows it: `between[~](source, left, right[, greedy])`. */
export function describeEqlFunction({ name, hasTilde, parameters, isVariadic }: EqlFunction): string {
  const required = parameters.filter((parameter) => !parameter.isOptional).map((parameter) => parameter.name);
  const optional = parameters.filter((parameter) => parameter.isOptional).map((parameter) => `[, ${parameter.name}]`);
  return `${name}${hasTilde ? '[~]' : ''}(${required.join(', ')}${optional.join('')}${isVariadic ? ', ...' : ''})`;
}

/** What is wrong with a number of arguments; null: nothing. */
export function argumentCountProblem(called: EqlFunction, count: number): string | null {
  const { parameters, isVariadic } = called;
  const least = parameters.filter((parameter) => !parameter.isOptional).length;
  const most = isVariadic ? Number.POSITIVE_INFINITY : parameters.length;
  if (count >= least && count <= most) return null;
  const wanted = most === least ? String(least) : isVariadic ? `at least ${least}` : `${least} to ${most}`;
  return `${describeEqlFunction(called)} takes ${wanted} argument${wanted === '1' ? '' : 's'}, found ${count}`;
}
