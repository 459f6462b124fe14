// Whether an event's clock can be believed: its time against when it was ingested, else against its key. A clock that was moved must
// not hide an event from a range.

import { parseFieldPath, type EventView } from '@coldhunt/core';
import { effectiveTime } from './event-time.ts';
import { EARLIEST_MS, LATEST_AFTER_LISTING_MS } from './plausible-time.ts';

export const INGESTED = parseFieldPath('event.ingested');

/** `implausible`: before 2000, or later than a day after the listing. `by_ms`: how far it lies from the other time, 0 where there is none. */
export interface Skew {
  readonly why: 'implausible' | 'ingested' | 'key';
  readonly by_ms: number;
}

export interface Clock {
  readonly listedAtMs: number;
  readonly maxSkewMs: number;
  /** What the object's key says, whatever it means. Milliseconds, [from, to); null: nothing. */
  readonly keySpan: { readonly from: number; readonly to: number } | null;
}

/** null: nothing speaks against the time. */
export function skewOf(view: EventView, timeMs: number, { listedAtMs, maxSkewMs, keySpan }: Clock): Skew | null {
  if (timeMs < EARLIEST_MS || timeMs > listedAtMs + LATEST_AFTER_LISTING_MS) return { why: 'implausible', by_ms: 0 };
  const ingestedMs = effectiveTime(view, INGESTED);
  if (ingestedMs !== null) return beyond('ingested', Math.abs(timeMs - ingestedMs), maxSkewMs);
  if (keySpan === null) return null;
  return beyond('key', Math.max(0, keySpan.from - timeMs, timeMs - keySpan.to), maxSkewMs);
}

function beyond(why: Skew['why'], by_ms: number, maxSkewMs: number): Skew | null {
  return by_ms > maxSkewMs ? { why, by_ms } : null;
}
