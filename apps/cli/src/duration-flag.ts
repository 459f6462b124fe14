// Durations of options: those of rules, and weeks and nothing beside them.

import { InputError } from '@coldhunt/core';
import { parseInterval } from '@coldhunt/rules';

const WEEK_MS = 604_800_000;

/** Milliseconds. `option`: as the user wrote it. Throws InputError TIME_INVALID. */
export function durationOf(text: string, option: string): number {
  if (/^0[smhdw]?$/.test(text)) return 0;
  try {
    return /^\d{1,6}w$/.test(text) ? Number(text.slice(0, -1)) * WEEK_MS : parseInterval(text);
  } catch (error) {
    throw new InputError('TIME_INVALID', `${option} "${text}": expected a duration such as 30m, 24h, 7d or 12w`, {
      cause: error,
    });
  }
}
