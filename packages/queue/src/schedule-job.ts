// What stands in a job that runs the due nights of a watch, and what its end tells.

import { z } from 'zod';
import { JOB_FORMAT } from './jobs.ts';

export const scheduleJobSchema = z.strictObject({
  format: z.literal(JOB_FORMAT),
  /** Its name, which is the scheduler's id too. */
  schedule: z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$/),
  /** Where the watch stands. Whether it is to be run, and how, is read there. */
  workspace_uri: z.string().min(1).max(4096),
});

export type ScheduleJob = z.infer<typeof scheduleJobSchema>;

export const scheduleResultSchema = z.object({
  /** `left`: paused, or the workspace names no such schedule. */
  state: z.enum(['done', 'incomplete', 'left']),
  nights: z.number().int().nonnegative(),
  alerts: z.number().int().nonnegative(),
  /** More nights are due: the next piece was queued. */
  more: z.boolean(),
});

export type ScheduleResult = z.infer<typeof scheduleResultSchema>;
