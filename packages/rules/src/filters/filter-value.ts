// The parts of a filter as they must be. Everything else is FILTER_INVALID.

import { InputError } from '@coldhunt/core';

export type Json = Readonly<Record<string, unknown>>;

/** The value of a query, as text. */
export function literalText(value: unknown, name: string): string {
  if (typeof value === 'string') return value;
  if (typeof value === 'number' || typeof value === 'boolean' || typeof value === 'bigint') return String(value);
  throw invalidFilter(`field "${name}": a text, number or boolean expected, got ${JSON.stringify(value)}`);
}

export function asObject(value: unknown, what: string): Json {
  if (value === null || typeof value !== 'object' || Array.isArray(value))
    throw invalidFilter(`${what} must be an object`);
  return value as Json;
}

export function invalidFilter(message: string): InputError {
  return new InputError('FILTER_INVALID', message);
}
