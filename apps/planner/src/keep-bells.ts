// The schedules of the watches that coldhunt.yaml names are looked at every minute: an emptied Redis rings again within one.

import type { JobWorker, ScheduleAccess } from '@coldhunt/queue';
import { toAppError } from '@coldhunt/core';
import type { Logger } from '@coldhunt/runtime';
import type { ScheduledNights } from './scheduled-nights.ts';

const LOOK_EVERY_MS = 60_000;

/** Works beside the takers of jobs, and stops with them. What goes wrong is told in the log, and ends nothing. */
export function keepBells(nights: ScheduledNights, access: ScheduleAccess, log: Logger): JobWorker {
  let timer: NodeJS.Timeout | undefined;
  let isLooking = false;
  let isStopped = false;
  const look = async (): Promise<void> => {
    // Redis may be away for longer than a minute.
    if (isLooking || isStopped) return;
    isLooking = true;
    try {
      for (const { error, ...bell } of await nights.sync(access)) {
        if (error !== null) log.warn({ ...bell, ...error }, 'the schedule of a watch cannot be kept in Redis');
        else if (bell.state !== 'kept' && bell.state !== 'none')
          log.info(bell, 'made the schedule of a watch in Redis');
      }
    } catch (error) {
      const { code, message } = toAppError(error);
      if (!isStopped) log.warn({ code, reason: message }, 'schedules cannot be kept in Redis');
    } finally {
      isLooking = false;
    }
  };
  return {
    ready: async () => {
      await look();
      timer = setInterval(() => void look(), LOOK_EVERY_MS);
    },
    drain: () => {
      isStopped = true;
      clearInterval(timer);
      return Promise.resolve(0);
    },
  };
}
