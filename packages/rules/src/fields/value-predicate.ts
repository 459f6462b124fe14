// A test on one value of a field, made once for a query and asked for every event.

import { InputError, type Scalar } from '@coldhunt/core';

/** Whether a value satisfies a clause. `nowMs` is what `now` in a date stands for. */
export type ValuePredicate = (value: Scalar, nowMs: number) => boolean;

/** The error of a literal that does not fit a field's type: KQL_TYPE, without a position (the caller adds it). */
export function misfit(message: string): InputError {
  return new InputError('KQL_TYPE', message);
}

/** Nothing satisfies it. */
export const NEVER: ValuePredicate = () => false;

/** A text for a message, cut to a readable length. */
export function quote(text: string): string {
  return `"${text.length > 60 ? `${text.slice(0, 60)}…` : text}"`;
}
