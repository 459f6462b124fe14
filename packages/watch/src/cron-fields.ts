// The text of a cron expression -> the minutes, hours and days that it names. What other crons know beside that and would make a night
// depend on chance or on who reads it (H, #, W, seconds) is refused.

import { CronExpressionParser } from 'cron-parser';

/** What is left of a field without its names. */
const ODD = /[H#WL]/i;

export interface CronFields {
  /** Minutes of the day, ascending. */
  readonly minutes: readonly number[];
  /** Every hour is named: it is run by time that passes, not by what clocks show. */
  readonly isHourly: boolean;
  isDay(day: {
    readonly month: number;
    readonly day: number;
    readonly weekday: number;
    readonly isLast: boolean;
  }): boolean;
}

/** Throws an Error that says what is wrong. */
export function parseCron(text: string): CronFields {
  if (text.trim().split(/\s+/).length !== 5) throw new Error('five fields expected: minute hour day month weekday');
  for (const field of text.trim().split(/\s+/)) {
    if (field !== 'L' && ODD.test(field.replaceAll(/mar|thu|wed|jul/gi, '')))
      throw new Error(
        `${JSON.stringify(field)} is not understood: expected numbers, names, * , - and /, or L for the last day of a month`,
      );
  }
  const { minute, hour, dayOfMonth, month, dayOfWeek } = parse(text).fields;
  const days = new Set(dayOfMonth.values);
  const months = new Set<number>(month.values);
  const weekdays = new Set(dayOfWeek.values.map((value) => Number(value) % 7));
  // As in every cron: of a day and a weekday that are both named, one is enough.
  const isEither = !dayOfMonth.isWildcard && !dayOfWeek.isWildcard;
  return {
    minutes: hour.values.flatMap((h) => minute.values.map((m) => h * 60 + m)).toSorted((a, b) => a - b),
    isHourly: hour.values.length === 24,
    isDay: ({ month: m, day, weekday, isLast }) => {
      if (!months.has(m)) return false;
      const [isDay, isWeekday] = [days.has(day as 1) || (isLast && days.has('L')), weekdays.has(weekday)];
      return isEither ? isDay || isWeekday : isDay && isWeekday;
    },
  };
}

function parse(text: string): ReturnType<typeof CronExpressionParser.parse> {
  try {
    return CronExpressionParser.parse(text);
  } catch (error) {
    if ((error as Error).message.includes('day of month'))
      throw new Error('it never fires: no month that it names has such a day', { cause: error });
    throw error;
  }
}
