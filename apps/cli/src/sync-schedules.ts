// Schedules as their workspaces want them -> the bells in Redis. Whatever was lost or changed there is made again.

import { InputError, toAppError, type RunStore } from '@coldhunt/core';
import {
  dropSchedule,
  findSchedule,
  listSchedules,
  putSchedule,
  runSchedule,
  type ScheduleAccess,
  type ScheduleJob,
} from '@coldhunt/queue';
import type { SyncedBell } from '@coldhunt/planner';
import type { ProcessConfig } from '@coldhunt/runtime';
import { readSchedule } from '@coldhunt/watch';
import { toLines } from './describe-watch.ts';
import { requireWatch } from './run-watch.ts';
import { openServedWorkspace, openWorkspace } from './schedules.ts';

export interface SyncContext {
  readonly access: ScheduleAccess;
  readonly config: ProcessConfig;
}

/** Of the named workspaces, else of those in coldhunt.yaml and those that Redis knows. One that fails holds off no other. */
export async function syncSchedules(
  locations: readonly string[],
  { access, config }: SyncContext,
): Promise<readonly SyncedBell[]> {
  const known = locations.length > 0 ? [] : (await listSchedules(access)).map(({ workspaceUri }) => workspaceUri);
  const synced = new Map<string, SyncedBell>();
  for (const location of locations.length > 0 ? locations : [...config.watches, ...known]) {
    const workspace = openWorkspace(location, config);
    try {
      if (synced.has(workspace.uri)) continue;
      synced.set(workspace.uri, { workspace: workspace.uri, ...(await syncSchedule(access, workspace)), error: null });
    } catch (error) {
      const { code, message } = toAppError(error);
      if (locations.length === 1 && error instanceof InputError) throw error;
      synced.set(workspace.uri, { workspace: workspace.uri, name: null, state: 'failed', error: { code, message } });
    } finally {
      await workspace.close?.();
    }
  }
  return [...synced.values()];
}

/** Makes the bell in Redis as the workspace wants it. Throws SCHEDULE_TAKEN, WATCH_INVALID. */
async function syncSchedule(access: ScheduleAccess, workspace: RunStore): Promise<Pick<SyncedBell, 'name' | 'state'>> {
  const watch = await requireWatch(workspace);
  const schedule = await readSchedule(workspace);
  let state: SyncedBell['state'] = 'none';
  for (const { name } of (await listSchedules(access)).filter(({ workspaceUri: uri }) => uri === workspace.uri)) {
    if (name !== schedule?.name && (await dropSchedule(access, name))) state = 'removed';
  }
  if (schedule === null) return { name: null, state };
  const { name } = schedule;
  const queued = await findSchedule(access, name);
  if (
    queued?.workspaceUri === workspace.uri &&
    queued.cron === watch.cron &&
    queued.tz === watch.tz &&
    queued.nextMs !== null
  )
    return { name, state: 'kept' };
  await putSchedule(access, { name, workspaceUri: workspace.uri, cron: watch.cron, tz: watch.tz });
  return { name, state: queued === null ? 'restored' : 'changed' };
}

/** What Redis lost while a planner ran it: the bell, and what was being run. */
export async function restoreSchedule(
  { schedule: name, workspace_uri: workspaceUri }: ScheduleJob,
  access: ScheduleAccess,
  config: ProcessConfig,
): Promise<void> {
  const workspace = await openServedWorkspace(workspaceUri, config);
  try {
    await syncSchedule(access, workspace);
    await runSchedule(access, { name, workspaceUri });
  } finally {
    await workspace.close?.();
  }
}

export function describeSynced(synced: readonly SyncedBell[]): string {
  return toLines(
    synced.map(({ workspace, name, state, error }) =>
      error === null
        ? `${name ?? 'no schedule'}: ${state}, ${workspace}`
        : `${workspace}: ${error.message} (${error.code})`,
    ),
  );
}
