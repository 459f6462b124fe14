// What a boolean field indexes for a value.

import type { Scalar } from '@coldhunt/core';

/** true or false for booleans and their texts (the empty text is false), null for everything else. */
export function booleanValue(value: Scalar): boolean | null {
  if (typeof value === 'boolean') return value;
  if (value === 'true') return true;
  return value === 'false' || value === '' ? false : null;
}
