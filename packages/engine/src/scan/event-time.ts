// An event's times: the effective one that decides everything, and `@timestamp` as an alert tells it.

import { earliestMillis, type EventView, type FieldPath } from '@coldhunt/core';

/** Milliseconds (floor) of the earliest value of the field that is a time; null when none is. */
export function effectiveTime(view: EventView, path: FieldPath): number | null {
  return view.earliestMillis === undefined ? earliestMillis(view.values(path)) : view.earliestMillis(path);
}

/**
 * The same as ISO 8601 UTC in milliseconds, which is what Kibana writes as `kibana.alert.original_time` whatever the mapping's resolution
 * (semantics.md 3.2, 8.F); null when no value is a time.
 */
export function originalTime(view: EventView, path: FieldPath): string | null {
  const ms = effectiveTime(view, path);
  return ms === null ? null : new Date(ms).toISOString();
}
