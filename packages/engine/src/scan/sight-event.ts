// How the executions of a live rule come upon an event (mode `parity`): its effective time for the rule, and when it could be searched.

import type { EventView } from '@coldhunt/core';
import type { LiveSchedule, RuleTime } from '../question/output.ts';
import { INGESTED } from './event-skew.ts';
import { effectiveTime } from './event-time.ts';

export interface Sighting {
  /** Its override, else `@timestamp` where the rule falls back on it; null: no execution looks at it. */
  readonly timeMs: number | null;
  readonly isFallback: boolean;
  /** `event.ingested`; null: nothing says when the event arrived. */
  readonly seenMs: number | null;
  /** The first execution that can see it: what the expiry of exceptions is measured by. */
  readonly tickMs: number;
}

export function sightEvent(view: EventView, { primary, secondary }: RuleTime, schedule: LiveSchedule): Sighting {
  const own = effectiveTime(view, primary);
  const isFallback = own === null && secondary !== null;
  const timeMs = own ?? (secondary === null ? null : effectiveTime(view, secondary));
  const seenMs = effectiveTime(view, INGESTED);
  const tickMs = timeMs === null ? 0 : schedule.arrivalOf({ timeMs, seenMs });
  return { timeMs, isFallback, seenMs, tickMs };
}
