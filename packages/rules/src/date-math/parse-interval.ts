// A rule's `interval`: a whole number and one of s, m, h, d (Kibana's alerting durations).

import { InputError } from '@coldhunt/core';

const UNIT_MS: Readonly<Record<string, number>> = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/** The interval in milliseconds. Throws InputError TIME_INVALID. */
export function parseInterval(text: string): number {
  const [, digits = '', unit = ''] = /^(\d{1,9})([smhd])$/.exec(text) ?? [];
  const ms = Number(digits) * (UNIT_MS[unit] ?? 0);
  if (ms > 0) return ms;
  throw new InputError(
    'TIME_INVALID',
    `invalid interval "${text.slice(0, 60)}": a whole number above zero and one of s, m, h, d expected, e.g. 5m`,
    { details: { interval: text.slice(0, 60) } },
  );
}
