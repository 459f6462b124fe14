// The direct reading of a threshold rule, slow and obvious: every execution, and all events of its window (semantics.md 1.2 and 5.2).

import { compileDateMath, parseInterval, type Rule } from '@coldhunt/rules';

export interface ReadEvent {
  readonly timeMs: number;
  /** When it could be searched. Default: always. */
  readonly seenMs?: number;
  readonly values: readonly string[];
}

export interface ReadAlert {
  readonly tickMs: number;
  readonly firstMs: number;
  readonly lastMs: number;
  readonly count: number;
  readonly distinct: number;
}

/** The alerts of one bucket; events in any order. `sinceMs`: no execution before it. `offsetMs`: how far executions are moved. */
export function readThreshold(
  rule: Rule,
  events: readonly ReadEvent[],
  { sinceMs = Number.NEGATIVE_INFINITY, offsetMs = 0 } = {},
): ReadAlert[] {
  const { value, cardinality } = rule.threshold ?? { value: 1, cardinality: [] };
  const intervalMs = parseInterval(rule.interval);
  const from = compileDateMath(rule.from);
  const to = compileDateMath(rule.to);
  const times = events.flatMap(({ timeMs, seenMs }) => [timeMs, seenMs ?? timeMs]);
  const earliestMs = Math.max(Math.min(...times) - DAYS_AROUND, sinceMs);
  const beginMs = Math.ceil((earliestMs - offsetMs) / intervalMs) * intervalMs + offsetMs;
  const alerts: ReadAlert[] = [];
  let lastAlertedMs: number | null = null;
  for (let tickMs = beginMs; tickMs <= Math.max(...times) + DAYS_AROUND; tickMs += intervalMs) {
    const fromMs = from.at(tickMs);
    const toMs = to.at(tickMs);
    if (lastAlertedMs !== null && lastAlertedMs <= fromMs) lastAlertedMs = null;
    const counted = events.filter(
      ({ timeMs, seenMs }) =>
        timeMs >= fromMs &&
        timeMs <= toMs &&
        (seenMs ?? tickMs) <= tickMs &&
        (lastAlertedMs === null || timeMs > lastAlertedMs),
    );
    const distinct = new Set(counted.flatMap(({ values }) => values)).size;
    if (counted.length < value || distinct < (cardinality[0]?.value ?? 0)) continue;
    const found = counted.map(({ timeMs }) => timeMs);
    lastAlertedMs = Math.max(...found);
    alerts.push({ tickMs, firstMs: Math.min(...found), lastMs: lastAlertedMs, count: counted.length, distinct });
  }
  return alerts;
}

/** Further than any window of the tests. */
const DAYS_AROUND = 2 * 86_400_000;
