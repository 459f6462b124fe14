// What a planner needs of the command to run watches whose schedule rang: the code of `coldhunt watch run`, whose packages no planner knows.

import type { AppError } from '@coldhunt/core';
import type { NextInstant, ScheduleAccess, ScheduleJob, ScheduleResult } from '@coldhunt/queue';

export interface ScheduledNightsContext {
  readonly signal: AbortSignal;
  /** A sentence for the log. */
  readonly tell: (text: string) => void;
}

export interface ScheduledNights {
  readonly nextInstant: NextInstant;
  /** Runs what is due of the watch, at most a piece of it. Settles once nothing of it runs any more. */
  run(job: ScheduleJob, context: ScheduledNightsContext): Promise<ScheduleResult>;
  /** Redis lost the job: makes the schedule again from its workspace, and goes on with what is due. */
  restore(job: ScheduleJob, access: ScheduleAccess): Promise<void>;
  /** Writes down that nothing more is tried before the schedule rings again. */
  noteGivenUp(job: ScheduleJob, error: AppError): Promise<void>;
}
