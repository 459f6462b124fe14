// Cron expression, time zone and instant -> the next instant. One rule for nights and for the bells of schedules: a time that clocks show
// twice counts at its first, one that they never show at the moment at which they are put past it, so that each named day has its night, once. An
// expression that names every hour goes by time that passes: twice and never are taken as they come.

import { InputError } from '@coldhunt/core';
import { parseCron, type CronFields } from './cron-fields.ts';
import { createZoneClock } from './zone-clock.ts';

const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;
/** February 29 is eight years away at most. */
const FARTHEST_DAYS = 8 * 366 + 1;
/** Clocks are put back or forward by less. */
const SHIFT_MS = 3 * 3_600_000;

/** The first instant of the schedule after `afterMs`. Milliseconds. Throws InputError WATCH_INVALID where there is none. */
export function nextInstant(cron: string, tz: string, afterMs: number): number {
  const fields = read(cron);
  const clock = createZoneClock(tz);
  const afterLocal = clock.localOf(afterMs);
  let best = Number.POSITIVE_INFINITY;
  let bestLocal = Number.POSITIVE_INFINITY;
  for (const local of localTimes(fields, afterLocal - SHIFT_MS)) {
    if (local > bestLocal + SHIFT_MS) break;
    const { instants, isSkipped } = clock.instantsOf(local);
    if (fields.isHourly && isSkipped) continue;
    const found = (fields.isHourly ? instants : instants.slice(0, 1)).find((ms) => ms > afterMs);
    if (found === undefined || found >= best) continue;
    best = found;
    bestLocal = local;
  }
  if (best !== Number.POSITIVE_INFINITY) return best;
  throw invalid(cron, new Error('it never fires'));
}

/** What the expression names from a local time on, ascending, as if it were of UTC. */
function* localTimes({ minutes, isDay }: CronFields, fromLocal: number): Generator<number> {
  const first = Math.floor(fromLocal / DAY_MS);
  for (let number = first; number <= first + FARTHEST_DAYS; number += 1) {
    const day = new Date(number * DAY_MS);
    const month = day.getUTCMonth() + 1;
    const isLast = new Date((number + 1) * DAY_MS).getUTCDate() === 1;
    if (!isDay({ month, day: day.getUTCDate(), weekday: day.getUTCDay(), isLast })) continue;
    for (const minute of minutes) {
      const local = number * DAY_MS + minute * MINUTE_MS;
      if (local >= fromLocal) yield local;
    }
  }
}

function read(cron: string): CronFields {
  try {
    return parseCron(cron);
  } catch (error) {
    throw invalid(cron, error as Error);
  }
}

function invalid(cron: string, error: Error): InputError {
  return new InputError('WATCH_INVALID', `--cron ${JSON.stringify(cron)}: ${error.message}`, { cause: error });
}
