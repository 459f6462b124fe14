// The schedules that Redis knows, and those of named workspaces -> how each stands, from its workspace.

import { toAppError } from '@coldhunt/core';
import { listSchedules, type QueuedSchedule } from '@coldhunt/queue';
import { nextInstant } from '@coldhunt/watch';
import type { ListedSchedule } from './describe-schedules.ts';
import { requireWatch } from './run-watch.ts';
import type { ScheduleContext } from './schedule-context.ts';
import { openWorkspace } from './schedules.ts';
import { readWatchState } from './watch-state.ts';

/** By name. A workspace that cannot be read is told, and holds off no other. `locations`: none asks for all that Redis knows. */
export async function readSchedules(
  locations: readonly string[],
  { access, config }: ScheduleContext,
): Promise<readonly ListedSchedule[]> {
  const queued = access === null ? [] : await listSchedules(access);
  const places = locations.length > 0 ? locations : queued.map(({ workspaceUri }) => workspaceUri);
  const found = await Promise.all(places.map((place) => readOne(place, { config, queued, isAsked: access !== null })));
  return found.toSorted((a, b) => (a.name < b.name ? -1 : 1));
}

interface Known extends Pick<ScheduleContext, 'config'> {
  readonly queued: readonly QueuedSchedule[];
  readonly isAsked: boolean;
}

async function readOne(place: string, { config, queued, isAsked }: Known): Promise<ListedSchedule> {
  const workspace = openWorkspace(place, config);
  const bell = queued.find(({ workspaceUri }) => workspaceUri === workspace.uri) ?? null;
  const inRedis = isAsked ? bell !== null : null;
  try {
    const watch = await requireWatch(workspace);
    const state = await readWatchState(workspace, watch, Date.now());
    const { cron, tz } = watch;
    const rings = state.schedule !== null && !state.schedule.paused && inRedis !== false;
    const nextMs = bell?.nextMs ?? nextInstant(cron, tz, Date.now());
    return {
      name: state.schedule?.name ?? bell?.name ?? '',
      workspace: workspace.uri,
      cron,
      tz,
      in_redis: inRedis,
      state,
      error: null,
      next: rings ? new Date(nextMs).toISOString() : null,
    };
  } catch (error) {
    const { code, message } = toAppError(error);
    return {
      name: bell?.name ?? '',
      workspace: workspace.uri,
      cron: bell?.cron ?? '',
      tz: bell?.tz ?? '',
      in_redis: inRedis,
      state: null,
      next: null,
      error: { code, message },
    };
  } finally {
    await workspace.close?.();
  }
}
