// What a planner needs of the command to run watches whose schedule rang: the code of `coldhunt watch run`, whose packages no planner knows.

import type { AppError } from '@coldhunt/core';
import type { NextInstant, ScheduleAccess, ScheduleJob, ScheduleResult } from '@coldhunt/queue';

export interface ScheduledNightsContext {
  readonly signal: AbortSignal;
  /** A process that is silent for so long counts as dead: its lease of a watch runs out some such times later. */
  readonly lockMs: number;
  /** A sentence for the log. */
  readonly tell: (text: string) => void;
}

/** What became of the bell of a watch. */
export interface SyncedBell {
  readonly workspace: string;
  readonly name: string | null;
  readonly state: 'restored' | 'changed' | 'kept' | 'removed' | 'none' | 'failed';
  readonly error: { readonly code: string; readonly message: string } | null;
}

export interface ScheduledNights {
  readonly nextInstant: NextInstant;
  /** Runs what is due of the watch, at most a piece of it. Settles once nothing of it runs any more. */
  run(job: ScheduleJob, context: ScheduledNightsContext): Promise<ScheduleResult>;
  /** Makes the bells of the watches that are configured here as their workspaces want them. */
  sync(access: ScheduleAccess): Promise<readonly SyncedBell[]>;
  /** Redis lost the job: makes the schedule again from its workspace, and goes on with what is due. */
  restore(job: ScheduleJob, access: ScheduleAccess): Promise<void>;
  /** Writes down that nothing more is tried before the schedule rings again. */
  noteGivenUp(job: ScheduleJob, error: AppError): Promise<void>;
}
