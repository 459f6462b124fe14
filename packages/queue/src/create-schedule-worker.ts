// Takes the bells of schedules, and what was asked for by hand: runs what is due of a watch, a bounded piece at a time.

import type { AppError } from '@coldhunt/core';
import { createJobWorker, type JobContext, type JobEvent, type JobWorker } from './create-job-worker.ts';
import { QUEUES } from './jobs.ts';
import { scheduleJobSchema, type ScheduleJob, type ScheduleResult } from './schedule-job.ts';
import { continueSchedule, repeatStrategyOf, type ScheduleAccess } from './schedules.ts';

/** A watch is run so often by processes that die of it, then it waits for its next bell. */
const MAX_STALLS = 5;

export interface ScheduleWorkerOptions extends ScheduleAccess {
  /** Watches at a time. */
  readonly concurrency: number;
  /** Must go on from whatever an earlier one left. */
  readonly perform: (job: ScheduleJob, context: JobContext) => Promise<ScheduleResult>;
  /** Redis lost the job, or another has it: `perform` was told to stop. */
  readonly onLockLost: (job: ScheduleJob) => Promise<void>;
  /** No further try will be made before the next bell. */
  readonly onGivenUp: (job: ScheduleJob, error: AppError) => Promise<void>;
  readonly lockMs?: number | undefined;
  readonly stalledEveryMs?: number | undefined;
  readonly onEvent?: ((event: JobEvent) => void) | undefined;
}

export function createScheduleWorker({ perform, nextInstant, ...options }: ScheduleWorkerOptions): JobWorker {
  const { redis, prefix } = options;
  return createJobWorker({
    ...options,
    queue: QUEUES.watches,
    schema: scheduleJobSchema,
    maxStalls: MAX_STALLS,
    repeatStrategy: repeatStrategyOf(nextInstant),
    perform: async (job, context) => {
      const result = await perform(job, context);
      const named = { name: job.schedule, workspaceUri: job.workspace_uri };
      if (result.more) await continueSchedule({ redis, prefix, nextInstant }, named, Date.now());
      return result;
    },
  });
}
