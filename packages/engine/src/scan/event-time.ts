// An event's times: the effective one that decides everything, and `@timestamp` as an alert tells it.

import { isWritableTime, parseMillis, type EventView, type FieldPath, type Scalar } from '@coldhunt/core';

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

/**
 * The same as ISO 8601 UTC in milliseconds, which is what Kibana writes as `kibana.alert.original_time` whatever the mapping's resolution
 * (semantics.md 3.2, 8.F); null when no value is a time.
 */
export function originalTime(view: EventView, path: FieldPath): string | null {
  const ms = effectiveTime(view, path);
  return ms === null ? null : new Date(ms).toISOString();
}
