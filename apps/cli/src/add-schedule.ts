// `coldhunt schedule add`: everything is checked before anything is written; the workspace first, Redis last.

import { InputError, type RunStore } from '@coldhunt/core';
import { findSchedule, putSchedule, schedulingPlanners, type ScheduleAccess } from '@coldhunt/queue';
import {
  checkSchedule,
  checkScheduleName,
  nextInstant,
  readSchedule,
  writeSchedule,
  writeWatch,
} from '@coldhunt/watch';
import { describeAbsence } from './describe-absence.ts';
import { requireWatch } from './run-watch.ts';
import type { ScheduleContext } from './schedule-context.ts';
import { openWorkspace } from './schedules.ts';

export interface AddScheduleFlags {
  readonly name: string;
  readonly cron?: string;
  readonly tz?: string;
  readonly weight: number;
  readonly acceptIncomplete: boolean;
}

/** Given again it changes times, weight and whether incomplete nights are accepted. Throws SCHEDULE_INVALID, SCHEDULE_TAKEN, WATCH_INVALID. */
export async function addSchedule(
  location: string,
  flags: AddScheduleFlags,
  { access, config, tell }: ScheduleContext & { readonly access: ScheduleAccess },
): Promise<void> {
  const name = checkScheduleName(flags.name);
  if (flags.weight < 1 || flags.weight > 100)
    throw new InputError('SCHEDULE_INVALID', `--weight ${flags.weight}: expected 1 to 100`);
  const workspace = openWorkspace(location, config);
  try {
    const watch = await requireWatch(workspace);
    const { cron, tz } = { cron: flags.cron ?? watch.cron, tz: flags.tz ?? watch.tz };
    checkSchedule(cron, tz);
    const known = await refuseTaken(name, workspace, access);
    // One clock for both: a night ends where its schedule rings.
    if (cron !== watch.cron || tz !== watch.tz) await writeWatch(workspace, { ...watch, cron, tz });
    await writeSchedule(workspace, {
      name,
      paused: known?.paused ?? false,
      weight: flags.weight,
      accept_incomplete: flags.acceptIncomplete,
      added_at: known?.added_at ?? new Date().toISOString(),
    });
    await putSchedule(access, { name, workspaceUri: workspace.uri, cron, tz });
    const next = new Date(nextInstant(cron, tz, Date.now())).toISOString();
    tell(
      `${known === null ? 'added' : 'changed'} the schedule ${name}: it rings next at ${next}${known?.paused === true ? ', but is paused' : ''}; nights that are due already: coldhunt schedule run ${name}`,
    );
    if ((await schedulingPlanners(access)) === 0)
      tell(describeAbsence('planner', { redis: access.redis.shown, prefix: config.redisPrefix }));
  } finally {
    await workspace.close?.();
  }
}

async function refuseTaken(
  name: string,
  workspace: RunStore,
  access: ScheduleAccess,
): Promise<Awaited<ReturnType<typeof readSchedule>>> {
  const known = await readSchedule(workspace);
  if (known !== null && known.name !== name)
    throw new InputError(
      'SCHEDULE_TAKEN',
      `the watch in ${workspace.uri} has the schedule ${known.name}: remove that one first (coldhunt schedule remove ${known.name})`,
    );
  const queued = await findSchedule(access, name);
  if (queued !== null && queued.workspaceUri !== workspace.uri)
    throw new InputError(
      'SCHEDULE_TAKEN',
      `the schedule ${name} belongs to the watch in ${queued.workspaceUri}: choose another name`,
    );
  return known;
}
