// A call with the values of its arguments -> its result.

import { InvariantError } from '@coldhunt/core';
import type { EqlCall, EqlConstant } from '../eql-tree.ts';
import { findEqlFunction } from './function-table.ts';

/**
 * The result of a call that passed the type check. Null where an argument is null that gives null.
 * Throws InputError EQL_ARITHMETIC for overflow, division by zero, and text that is no number.
 */
export function callFunction(
  call: Pick<EqlCall, 'name' | 'isCaseInsensitive'>,
  values: readonly EqlConstant[],
): EqlConstant {
  const called = findEqlFunction(call.name);
  if (called === null) throw new InvariantError('INVARIANT', `EQL knows no function ${call.name}`);
  const { parameters } = called;
  for (const [index, value] of values.entries()) {
    const { onNull } = parameters[Math.min(index, parameters.length - 1)] ?? { onNull: 'null' };
    if (value === null && onNull === 'null') return null;
  }
  return called.evaluate(values, call.isCaseInsensitive);
}
