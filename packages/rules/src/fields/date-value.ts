// What a date field indexes for a value: milliseconds since 1970.

import { parseInstant, toMillis, type Scalar } from '@coldhunt/core';

/** Milliseconds of a value, floored; null when it is no time. */
export function dateValue(value: Scalar): number | null {
  const nanos = parseInstant(value);
  return nanos === null ? null : toMillis(nanos);
}
