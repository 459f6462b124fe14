// What is wrong with an EQL query beyond its syntax, with its place.

import { InputError } from '@coldhunt/core';
import type { EqlPosition } from './eql-tree.ts';

/** An error whose message begins with `line:column: ` and whose details hold line, column and offset, as those of the parser. */
export function eqlProblem(
  code: 'EQL_TYPE' | 'EQL_FIELD' | 'REGEXP_SYNTAX' | 'REGEXP_LIMIT',
  { line, column, offset }: EqlPosition,
  message: string,
  cause?: unknown,
): InputError {
  const details = { line, column, offset };
  return new InputError(code, `${line}:${column}: ${message}`, cause === undefined ? { details } : { cause, details });
}

/** Gives an error of a test that does not fit its field (KQL_TYPE, without a place) its place and field. */
export function atPlace<T>(at: EqlPosition, field: string, build: () => T): T {
  try {
    return build();
  } catch (error) {
    if (!(error instanceof InputError) || error.code !== 'KQL_TYPE') throw error;
    throw eqlProblem('EQL_TYPE', at, `field ${field}: ${error.message}`, error);
  }
}

/** Gives an error of a regular expression the place of the pattern in the query. */
export function atPattern<T>(at: EqlPosition, build: () => T): T {
  try {
    return build();
  } catch (error) {
    if (!(error instanceof InputError) || (error.code !== 'REGEXP_SYNTAX' && error.code !== 'REGEXP_LIMIT'))
      throw error;
    throw eqlProblem(error.code, at, error.message, error);
  }
}
