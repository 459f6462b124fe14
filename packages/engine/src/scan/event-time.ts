// An event's times: the effective one that decides everything, and `@timestamp` as it was written.

import {
  Timestamp,
  isWritableTime,
  parseInstant,
  parseMillis,
  toMillis,
  type EventView,
  type FieldPath,
  type Scalar,
} from '@coldhunt/core';

const FRACTION = /[.,](\d+)/;

/** Milliseconds (floor) of the earliest value of the field that is a time; null when none is. */
export function effectiveTime(view: EventView, path: FieldPath): number | null {
  const values = view.values(path);
  let earliest: number | null = null;
  for (let i = 0; i < values.length; i += 1) {
    const ms = parseMillis(values[i] as Scalar);
    if (ms !== null && isWritableTime(ms) && (earliest === null || ms < earliest)) earliest = ms;
  }
  return earliest;
}

/** The earliest value of the field as ISO 8601 UTC with the precision that it had (3, 6 or 9 digits); null when none is a time. */
export function originalTime(view: EventView, path: FieldPath): string | null {
  let earliest: Timestamp | null = null;
  for (const value of view.values(path)) {
    const nanos = parseInstant(value);
    if (nanos === null || !isWritableTime(toMillis(nanos))) continue;
    if (earliest === null || nanos < earliest.nanos) earliest = new Timestamp(nanos, digitsOf(value));
  }
  return earliest === null ? null : earliest.toString();
}

function digitsOf(value: unknown): number {
  if (value instanceof Timestamp) return Math.max(3, value.digits);
  const fraction = typeof value === 'string' ? (FRACTION.exec(value)?.[1]?.length ?? 0) : 3;
  return fraction <= 3 ? 3 : fraction <= 6 ? 6 : 9;
}
