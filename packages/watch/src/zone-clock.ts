// What clocks of a time zone show -> the instants at which they do: one, none where they are put forward, two where they are put back.

const DAY_MS = 86_400_000;
/** Clocks are put back and forward at such multiples: what one shows is asked once for each. */
const QUARTER_MS = 15 * 60_000;

/** Local times are milliseconds as if they were of UTC. */
export interface ZoneClock {
  /** What clocks show at an instant. */
  localOf(ms: number): number;
  /** When they show it, ascending; where they never do, the instant at which they are put past it. */
  instantsOf(localMs: number): { readonly instants: readonly number[]; readonly isSkipped: boolean };
}

/** Throws RangeError for a time zone that does not exist. */
export function createZoneClock(tz: string): ZoneClock {
  const format = new Intl.DateTimeFormat('en-US', {
    timeZone: tz,
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
  });
  const offsets = new Map<number, number>();
  const offsetAt = (ms: number): number => {
    const quarter = Math.floor(ms / QUARTER_MS);
    const known = offsets.get(quarter) ?? askOffset(quarter * QUARTER_MS);
    offsets.set(quarter, known);
    return known;
  };
  const askOffset = (ms: number): number => {
    const parts = Object.fromEntries(format.formatToParts(ms).map(({ type, value }) => [type, Number(value)]));
    const { year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0 } = parts;
    return Date.UTC(year, month - 1, day, hour, minute, second) - ms;
  };
  return {
    localOf: (ms) => ms + offsetAt(ms),
    instantsOf: (localMs) => {
      const [before, after] = [offsetAt(localMs - DAY_MS), offsetAt(localMs + DAY_MS)];
      const instants = [...new Set([before, after])]
        .map((offset) => localMs - offset)
        .filter((ms) => ms + offsetAt(ms) === localMs)
        .toSorted((a, b) => a - b);
      if (instants.length > 0) return { instants, isSkipped: false };
      // Between these two the clocks are put forward past it.
      let [low, high] = [localMs - Math.max(before, after), localMs - Math.min(before, after)];
      while (high - low > 1) {
        const middle = Math.floor((low + high) / 2);
        if (offsetAt(middle) === before) low = middle;
        else high = middle;
      }
      return { instants: [high], isSkipped: true };
    },
  };
}
