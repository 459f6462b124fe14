// How a watch stands, from its workspace: what `watch status`, `status` and `schedule list` tell.

import type { RunStore } from '@coldhunt/core';
import {
  isLeased,
  lastNight,
  nextInstant,
  pendingNights,
  readHistory,
  readSchedule,
  type Night,
  type PastRun,
  type Schedule,
  type Watch,
} from '@coldhunt/watch';

export interface WatchState {
  readonly watch: Watch;
  /** The last one that ended; null: none has. */
  readonly night: Night | null;
  /** By sink: the nights that it has still to be told of. */
  readonly pending: Readonly<Record<string, number>>;
  /** null: no fleet runs its nights. */
  readonly schedule: Schedule | null;
  /** The last run of due nights; null: there was none. */
  readonly lastRun: PastRun | null;
  /** Whether somebody runs its nights now, or died of it just now. */
  readonly isRunning: boolean;
  readonly watermark: string;
  /** When the next night is due. Milliseconds. */
  readonly nextRunMs: number;
  readonly isDue: boolean;
}

/** Throws RUN_DAMAGED, RUN_INVALID, SCHEDULE_INVALID. */
export async function readWatchState(workspace: RunStore, watch: Watch, nowMs: number): Promise<WatchState> {
  const [night, schedule, isRunning, pending] = await Promise.all([
    lastNight(workspace),
    readSchedule(workspace),
    isLeased(workspace, nowMs),
    pendingNights(workspace, watch.sinks),
  ]);
  const [lastRun = null] = await readHistory(workspace, { most: 1, isRunning });
  const watermark = night?.to ?? watch.question.from;
  const nextRunMs = nextInstant(watch.cron, watch.tz, Date.parse(watermark) + watch.lateness_ms);
  return { watch, night, pending, schedule, lastRun, isRunning, watermark, nextRunMs, isDue: nextRunMs <= nowMs };
}
