// schedule.json of a workspace: that a fleet runs its nights, under which name, and whether it rests. When they are run stands in
// watch.json. Redis only rings the bell: a schedule that is lost there is made again from this file.

import { FORMAT_VERSION, InputError, openSeal, sealJson, type RunStore } from '@coldhunt/core';
import { z } from 'zod';

const SCHEDULE_PATH = 'schedule.json';
const NAME = /^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$/;

const scheduleSchema = z.object({
  name: z.string().regex(NAME),
  /** Nothing is run while it rests, whatever Redis says. */
  paused: z.boolean(),
  /** Share of the workers against hunts that run at the same time: shards of a night against those of a hunt of weight 1. */
  weight: z.number().int().min(1).max(100),
  /** As `watch run --accept-incomplete`. */
  accept_incomplete: z.boolean(),
  added_at: z.iso.datetime(),
});

export type Schedule = z.infer<typeof scheduleSchema>;

/** Throws InputError SCHEDULE_INVALID. */
export function checkScheduleName(name: string): string {
  if (NAME.test(name)) return name;
  throw new InputError(
    'SCHEDULE_INVALID',
    `${JSON.stringify(name)} is no name of a schedule: expected 1 to 100 letters, digits and . _ -, a letter or digit first`,
  );
}

/** null: the watch has none. Throws InputError SCHEDULE_INVALID, RUN_DAMAGED, RUN_FORMAT_NEWER. */
export async function readSchedule(workspace: RunStore): Promise<Schedule | null> {
  const bytes = await workspace.get(SCHEDULE_PATH);
  if (bytes === null) return null;
  const parsed = scheduleSchema.safeParse(JSON.parse(openSeal(bytes, SCHEDULE_PATH)));
  if (parsed.success) return parsed.data;
  throw new InputError('SCHEDULE_INVALID', `${SCHEDULE_PATH} in ${workspace.uri}: ${z.prettifyError(parsed.error)}`);
}

/** Writes it in place of what stands. */
export async function writeSchedule(workspace: RunStore, schedule: Schedule): Promise<void> {
  await workspace.put(SCHEDULE_PATH, sealJson(JSON.stringify({ format: FORMAT_VERSION, ...schedule }, null, 2)));
}

export async function removeSchedule(workspace: RunStore): Promise<void> {
  await workspace.remove(SCHEDULE_PATH);
}
