// A schedule as people name it -> its workspace: by its name, which Redis knows, or by the workspace, which needs no Redis.

import { InputError, type AppError, type RunStore } from '@coldhunt/core';
import { openRunStore } from '@coldhunt/archive';
import { findSchedule, type QueuedSchedule, type ScheduleAccess } from '@coldhunt/queue';
import { refuseOutside } from '@coldhunt/queue/open-job-run';
import type { ProcessConfig } from '@coldhunt/runtime';
import { readSchedule, type Schedule, type Watch } from '@coldhunt/watch';
import { requireWatch } from './run-watch.ts';

export interface OpenSchedule {
  readonly workspace: RunStore;
  readonly watch: Watch;
  readonly schedule: Schedule;
}

export function openWorkspace(location: string, { cwd, outS3 }: ProcessConfig): RunStore {
  return openRunStore(location, { cwd, s3: outS3 });
}

/** The workspace that a job names: whoever can write to Redis could have made the job. Throws InputError RUN_FORBIDDEN; who opened it closes it. */
export async function openServedWorkspace(uri: string, config: ProcessConfig): Promise<RunStore> {
  const workspace = openWorkspace(uri, config);
  try {
    if (config.runsPrefix !== null)
      await refuseOutside(workspace.uri, config.runsPrefix, (other) => openWorkspace(other, config));
    return workspace;
  } catch (error) {
    await workspace.close?.();
    throw error;
  }
}

/**
 * Calls `use` with the schedule of this name or workspace. `access`: null where no Redis is named. Throws InputError SCHEDULE_NOT_FOUND, and
 * WATCH_INVALID where the workspace holds no watch.
 */
export async function withSchedule<T>(
  given: string,
  { access, config }: { readonly access: ScheduleAccess | null; readonly config: ProcessConfig },
  use: (open: OpenSchedule) => Promise<T>,
): Promise<T> {
  const queued = access === null || !isName(given) ? null : await findSchedule(access, given);
  const workspace = openWorkspace(queued?.workspaceUri ?? given, config);
  try {
    const schedule = await readSchedule(workspace);
    if (schedule === null || (queued !== null && schedule.name !== queued.name))
      throw unknown(given, { access, queued });
    return await use({ workspace, watch: await requireWatch(workspace), schedule });
  } finally {
    await workspace.close?.();
  }
}

function isName(text: string): boolean {
  return /^[A-Za-z0-9][A-Za-z0-9._-]*$/.test(text);
}

function unknown(
  given: string,
  { access, queued }: { readonly access: ScheduleAccess | null; readonly queued: QueuedSchedule | null },
): AppError {
  if (queued !== null)
    return new InputError(
      'SCHEDULE_NOT_FOUND',
      `the watch in ${queued.workspaceUri} has no schedule ${given} any more: take it out of Redis with coldhunt schedule sync ${queued.workspaceUri}`,
    );
  const where =
    access === null ? 'no Redis is named to look for it' : `Redis at ${access.redis.shown} knows none of this name`;
  return new InputError(
    'SCHEDULE_NOT_FOUND',
    `no schedule ${JSON.stringify(given)}: ${where}, and it is no workspace of a watch that has one`,
    {
      details: {
        hint: 'add one: coldhunt schedule add <workspace> --name <name>\nafter Redis was emptied: coldhunt schedule sync <workspace>',
      },
    },
  );
}
