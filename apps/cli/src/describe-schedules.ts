// Schedules for people and as JSON: the list, and what ran when.

import { countOf } from '@coldhunt/core';
import type { PastRun } from '@coldhunt/watch';
import { describePastRun, describePending, toLines } from './describe-watch.ts';
import type { WatchState } from './watch-state.ts';

export interface ListedSchedule {
  readonly name: string;
  readonly workspace: string;
  readonly cron: string;
  readonly tz: string;
  /** ISO; null: it is paused, or Redis does not ring for it. */
  readonly next: string | null;
  /** Whether Redis rings for it; null: no Redis was asked. */
  readonly in_redis: boolean | null;
  /** null: the workspace cannot be read, for `error`. */
  readonly state: WatchState | null;
  readonly error: { readonly code: string; readonly message: string } | null;
}

/** One JSON object. */
export function schedulesToJson(schedules: readonly ListedSchedule[]): string {
  const entries = schedules.map(({ state, ...schedule }) => ({
    ...schedule,
    paused: state?.schedule?.paused ?? null,
    weight: state?.schedule?.weight ?? null,
    accept_incomplete: state?.schedule?.accept_incomplete ?? null,
    watermark: state?.watermark ?? null,
    is_due: state?.isDue ?? null,
    is_running: state?.isRunning ?? null,
    last_run: state?.lastRun ?? null,
    holes: state === null ? null : (state.night?.examined.unread ?? []).length,
    pending: state?.pending ?? null,
  }));
  return `${JSON.stringify({ schedules: entries })}\n`;
}

export function describeSchedules(schedules: readonly ListedSchedule[]): string {
  return toLines(schedules.flatMap((schedule) => describeSchedule(schedule)));
}

function describeSchedule(schedule: ListedSchedule): readonly string[] {
  const { name, workspace, cron, tz, next, in_redis: inRedis, state, error } = schedule;
  const head = `${name}: ${JSON.stringify(cron)} ${tz}, ${workspace}`;
  const indented = (lines: readonly string[]): readonly string[] => [head, ...lines.map((line) => `  ${line}`)];
  if (state === null) return indented([`its workspace tells nothing: ${error?.message ?? ''} (${error?.code ?? ''})`]);
  const holes = (state.night?.examined.unread ?? []).length;
  const pending = Object.entries(state.pending).filter(([, nights]) => nights > 0);
  const rings =
    inRedis === false
      ? `Redis does not ring for it: coldhunt schedule sync ${workspace}`
      : state.schedule?.paused === true
        ? `paused: go on with coldhunt schedule resume ${name}`
        : `next ${next ?? new Date(state.nextRunMs).toISOString()}`;
  return indented([
    `${rings}${state.isRunning ? '; nights are being run' : state.isDue ? '; a night is due' : ''}`,
    `watermark ${state.watermark}`,
    state.lastRun === null ? 'it has not run yet' : `last run ${describePastRun(state.lastRun)}`,
    ...(holes === 0 ? [] : [`${countOf(holes, 'hole')}: see coldhunt watch status ${workspace}`]),
    ...pending.map(([sink, nights]) => describePending(sink, nights)),
  ]);
}

export function describeHistory(runs: readonly PastRun[], asJson: boolean): string {
  if (asJson) return runs.map((run) => `${JSON.stringify(run)}\n`).join('');
  return toLines(
    runs.flatMap((run) => [
      describePastRun(run),
      ...run.nights.map(
        ({ from, to, seconds, alerts, corrections: { added, superseded, withdrawn }, complete, number }) =>
          `  ${number === null ? 'incomplete night' : `night ${number}`} ${from} to ${to}: ${seconds.toFixed(1)} s, ${countOf(alerts, 'alert')}, ${countOf(added + superseded + withdrawn, 'correction')}${complete || number === null ? '' : ', accepted incomplete'}`,
      ),
    ]),
  );
}
