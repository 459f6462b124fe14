// Schedules in Redis: BullMQ's job schedulers ring when nights of a watch are due. The next instant comes from the function that cuts the
// nights, so that the bell and the nights never differ, also where clocks change. What is lost here is made again from the workspaces.

import { InputError, type ErrorCode } from '@coldhunt/core';
import type { Job, JobsOptions, Queue, RepeatOptions } from 'bullmq';
import { parseFailedReason } from './failed-reason.ts';
import { JOB_FORMAT, QUEUES } from './jobs.ts';
import { BACKOFF } from './pause-before-retry.ts';
import { scheduleJobSchema, scheduleResultSchema, type ScheduleJob, type ScheduleResult } from './schedule-job.ts';
import { withQueues, type QueueAccess } from './submit-hunt.ts';

/** The first instant of a schedule after `afterMs`. Milliseconds. */
export type NextInstant = (cron: string, tz: string, afterMs: number) => number;

export interface ScheduleAccess extends QueueAccess {
  readonly nextInstant: NextInstant;
}

export interface NamedSchedule {
  readonly name: string;
  /** Absolute: where planners find the watch. */
  readonly workspaceUri: string;
}

export interface QueuedSchedule extends NamedSchedule {
  readonly cron: string;
  readonly tz: string;
  /** Milliseconds; null: Redis does not tell. */
  readonly nextMs: number | null;
}

/** With growing pauses, some 15 minutes: longer than the lease of a process that died. */
const ATTEMPTS = 20;
const JOB_OPTIONS: JobsOptions = {
  attempts: ATTEMPTS,
  backoff: { type: BACKOFF, delay: 2000 },
  removeOnComplete: { age: 7 * 24 * 3600, count: 1000 },
  removeOnFail: { age: 30 * 24 * 3600, count: 1000 },
  stackTraceLimit: 0,
};

/** BullMQ's way to ask for the next instant. */
export function repeatStrategyOf(nextInstant: NextInstant): (afterMs: number, options: RepeatOptions) => number {
  return (afterMs, { pattern = '', tz = 'UTC' }) => nextInstant(pattern, tz, afterMs);
}

/** Adds a schedule, or changes when it rings. Throws InputError SCHEDULE_TAKEN when another watch has the name. */
export function putSchedule(
  access: ScheduleAccess,
  { name, workspaceUri, cron, tz }: Omit<QueuedSchedule, 'nextMs'>,
): Promise<void> {
  return withSchedules(access, async (queue) => {
    const known = toQueued(await queue.getJobScheduler(name));
    if (known !== null && known.workspaceUri !== workspaceUri) {
      throw new InputError(
        'SCHEDULE_TAKEN',
        `the schedule ${name} belongs to the watch in ${known.workspaceUri}: choose another name`,
      );
    }
    await queue.upsertJobScheduler(
      name,
      { pattern: cron, tz },
      { name: 'watch', data: payloadOf({ name, workspaceUri }), opts: JOB_OPTIONS },
    );
  });
}

/** By name. */
export function listSchedules(access: ScheduleAccess): Promise<readonly QueuedSchedule[]> {
  return withSchedules(access, async (queue) => {
    const found = (await queue.getJobSchedulers()).map(toQueued).filter((schedule) => schedule !== null);
    return found.toSorted((a, b) => (a.name < b.name ? -1 : 1));
  });
}

/** null: Redis knows none of this name. */
export function findSchedule(access: ScheduleAccess, name: string): Promise<QueuedSchedule | null> {
  return withSchedules(access, async (queue) => toQueued(await queue.getJobScheduler(name)));
}

/** Rings no more; a run that is under way goes on. */
export function dropSchedule(access: ScheduleAccess, name: string): Promise<boolean> {
  return withSchedules(access, (queue) => queue.removeJobScheduler(name));
}

/** Asks for the due nights now. `known`: that was asked before, and waits or runs. */
export function runSchedule(
  access: ScheduleAccess,
  schedule: NamedSchedule,
): Promise<{ jobId: string; state: 'queued' | 'known' }> {
  return withSchedules(access, async (queue) => {
    const jobId = `${schedule.name}-now`;
    const known = await queue.getJob(jobId);
    if (known !== undefined) {
      const state = await known.getState();
      if (state !== 'completed' && state !== 'failed' && state !== 'unknown') return { jobId, state: 'known' };
      await queue.remove(jobId);
    }
    await queue.add('watch', payloadOf(schedule), { ...JOB_OPTIONS, jobId });
    return { jobId, state: 'queued' };
  });
}

/** Asks for the next piece of what is due, behind what waits. */
export function continueSchedule(access: ScheduleAccess, schedule: NamedSchedule, nowMs: number): Promise<void> {
  return withSchedules(access, async (queue) => {
    await queue.add('watch', payloadOf(schedule), { ...JOB_OPTIONS, jobId: `${schedule.name}-more-${nowMs}` });
  });
}

export interface ScheduleRunState {
  readonly state: 'waiting' | 'active' | 'completed' | 'failed' | 'gone';
  /** Of one that is completed. */
  readonly result: ScheduleResult | null;
  /** Why it failed, or is tried again. */
  readonly failure: { readonly code: ErrorCode | null; readonly message: string } | null;
}

/** How a run is that `runSchedule` asked for. */
export function scheduleRunState(access: ScheduleAccess, jobId: string): Promise<ScheduleRunState> {
  return withSchedules(access, async (queue) => {
    const job = await queue.getJob(jobId);
    if (job === undefined) return { state: 'gone', result: null, failure: null };
    const state = await job.getState();
    const known = (['active', 'completed', 'failed'] as const).find((name) => name === state) ?? 'waiting';
    return { state: known, result: resultOf(job), failure: failureOf(job) };
  });
}

/** Planners that take schedules; null where the server does not tell. */
export function schedulingPlanners(access: ScheduleAccess): Promise<number | null> {
  return withSchedules(access, (queue) => queue.getWorkersCount().catch(() => null));
}

function withSchedules<T>({ nextInstant, ...access }: ScheduleAccess, act: (queue: Queue) => Promise<T>): Promise<T> {
  return withQueues(access, (open) => act(open(QUEUES.watches, { repeatStrategy: repeatStrategyOf(nextInstant) })));
}

function payloadOf({ name, workspaceUri }: NamedSchedule): ScheduleJob {
  return scheduleJobSchema.parse({ format: JOB_FORMAT, schedule: name, workspace_uri: workspaceUri });
}

/** null: there is none, or it is none of ours. */
function toQueued(found: Awaited<ReturnType<Queue['getJobScheduler']>> | undefined): QueuedSchedule | null {
  const job = scheduleJobSchema.safeParse(found?.template?.data);
  if (found === undefined || !job.success || found.pattern === undefined) return null;
  const { schedule: name, workspace_uri: workspaceUri } = job.data;
  return { name, workspaceUri, cron: found.pattern, tz: found.tz ?? 'UTC', nextMs: found.next ?? null };
}

function resultOf(job: Job): ScheduleResult | null {
  const parsed = scheduleResultSchema.safeParse(job.returnvalue);
  return parsed.success ? parsed.data : null;
}

function failureOf(job: Job): ScheduleRunState['failure'] {
  return job.failedReason === undefined || job.failedReason === '' ? null : parseFailedReason(job.failedReason);
}
