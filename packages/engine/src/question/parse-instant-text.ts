// A time as people give it on the command line: RFC 3339, or a date, which is its 00:00Z.

import { InputError, parseInstant, toMillis } from '@coldhunt/core';

const DATE = /^\d{4}-\d{2}-\d{2}$/;
const RFC_3339 = /^\d{4}-\d{2}-\d{2}[Tt ]\d{2}:\d{2}:\d{2}(?:\.\d{1,9})?(?:[Zz]|[+-]\d{2}:\d{2})$/;

/** Milliseconds since 1970, cut from finer fractions. Throws InputError TIME_INVALID naming the option. */
export function parseInstantText(text: string, option: string): number {
  const isKnown = DATE.test(text) || RFC_3339.test(text);
  const nanos = isKnown ? parseInstant(text) : null;
  if (nanos !== null) return toMillis(nanos);
  const why = isKnown
    ? 'there is no such day or time'
    : /^\d{4}-\d{2}-\d{2}[Tt ]/.test(text)
      ? 'a time needs hours, minutes, seconds and a zone'
      : /^now|^-?\d+[mhdwMy]$/.test(text)
        ? 'counting back from now is --last, as in --last 7d'
        : 'it is no time';
  throw new InputError(
    'TIME_INVALID',
    `invalid ${option} "${text.slice(0, 60)}": ${why}; expected RFC 3339 such as 2026-02-01T10:00:00Z, or a date such as 2026-02-01 (00:00 UTC)`,
    { details: { option, given: text.slice(0, 60) } },
  );
}
