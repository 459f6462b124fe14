// Cron expressions -> when nights end. A night covers what lies between two instants of its schedule, each less the lateness.

import { InputError } from '@coldhunt/core';
import { nextInstant } from './next-instant.ts';

const SHORTEST_MS = 60_000;

/** Throws InputError WATCH_INVALID for an expression that no clock can follow, or a time zone that does not exist. */
export function checkSchedule(cron: string, tz: string): void {
  try {
    Intl.DateTimeFormat('en', { timeZone: tz });
  } catch (error) {
    throw new InputError(
      'WATCH_INVALID',
      `--tz ${JSON.stringify(tz)}: no such time zone; expected a name such as Europe/Berlin or UTC`,
      {
        cause: error,
      },
    );
  }
  const [first, second] = [0, 1].reduce<number[]>(
    (found) => [...found, nextInstant(cron, tz, found.at(-1) ?? Date.UTC(2026, 0, 1))],
    [],
  ) as [number, number];
  if (second - first < SHORTEST_MS)
    throw new InputError('WATCH_INVALID', `--cron ${JSON.stringify(cron)}: at most one run a minute`);
}

export interface NightRange {
  /** Milliseconds, [from, to). */
  readonly fromMs: number;
  readonly toMs: number;
}

/** The nights that are due at `nowMs`, oldest first: none is longer than the schedule's distance, none is left out. */
export function* dueNights(
  { cron, tz, lateness_ms: lateness }: { readonly cron: string; readonly tz: string; readonly lateness_ms: number },
  watermarkMs: number,
  nowMs: number,
): Generator<NightRange> {
  let fromMs = watermarkMs;
  for (;;) {
    // A night ends its lateness before the instant at which it runs.
    const runMs = nextInstant(cron, tz, fromMs + lateness);
    if (runMs > nowMs) return;
    const toMs = runMs - lateness;
    yield { fromMs, toMs };
    fromMs = toMs;
  }
}
