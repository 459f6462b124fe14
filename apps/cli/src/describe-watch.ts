// How a watch stands, for people and as JSON.

import { countOf } from '@coldhunt/core';
import type { PastRun } from '@coldhunt/watch';
import { toTerminalText } from './terminal-text.ts';
import type { WatchState } from './watch-state.ts';

const HOLES_SHOWN = 10;

export function describeWatch(state: WatchState, asJson: boolean): string {
  const { watch, night, pending, schedule, lastRun, isRunning, watermark, isDue } = state;
  const holes = night?.examined.unread ?? [];
  const status = {
    watermark,
    nights: night?.number ?? 0,
    next_run: new Date(state.nextRunMs).toISOString(),
    is_due: isDue,
    is_running: isRunning,
    rules: watch.question.rules.length,
    last_night:
      night === null
        ? null
        : {
            from: night.from,
            to: night.to,
            alerts: night.alerts,
            corrections: night.corrections,
            late: night.late,
            too_late: night.too_late,
            complete: night.complete,
            ended_at: night.ended_at,
          },
    last_run: lastRun,
    schedule: schedule === null ? null : { ...schedule, cron: watch.cron, tz: watch.tz },
    holes,
    pending,
  };
  if (asJson) return `${JSON.stringify(status)}\n`;
  const lines = [
    `watermark ${watermark}: ${night === null ? 'no night has been run' : `${countOf(night.number, 'night')} run, the last ended ${night.ended_at}`}`,
    `next run ${status.next_run}${isRunning ? ': nights are being run' : isDue ? ': due now' : ''}`,
    schedule === null
      ? 'schedule: none, something must call coldhunt watch run'
      : `schedule ${schedule.name}: ${JSON.stringify(watch.cron)} ${watch.tz}, weight ${schedule.weight}${schedule.paused ? ', paused' : ''}`,
    ...(lastRun === null ? [] : [`last run ${describePastRun(lastRun)}`]),
    ...(night === null
      ? []
      : [
          `last night ${night.from} to ${night.to}: ${countOf(night.alerts, 'alert')}, ${night.complete ? 'everything was examined' : 'incomplete'}`,
          `corrections: ${night.corrections.added} added, ${night.corrections.superseded} superseded, ${night.corrections.withdrawn} withdrawn; ${countOf(night.late, 'late match', 'late matches')}, ${night.too_late} of them too late`,
        ]),
    ...Object.entries(pending).map(([name, nights]) => describePending(name, nights)),
    ...holes.slice(0, HOLES_SHOWN).map(({ uri, what }) => `hole: ${uri} ${what}`),
    ...(holes.length > HOLES_SHOWN ? [`and ${holes.length - HOLES_SHOWN} more holes: see --json`] : []),
  ];
  return toLines(lines);
}

export function describePending(sink: string, nights: number): string {
  return `sink ${sink}: ${nights === 0 ? 'told everything' : `${countOf(nights, 'night')} pending`}`;
}

/** `2026-02-03T02:15:00.000Z by nightly, 12.3 s: done, 2 nights, 3 alerts, watermark …` */
export function describePastRun({ started_at: started, ended_at: ended, ...run }: PastRun): string {
  const seconds = ended === null ? '' : `, ${((Date.parse(ended) - Date.parse(started)) / 1000).toFixed(1)} s`;
  const alerts = run.nights.reduce((sum, night) => sum + night.alerts, 0);
  const error = run.error === null ? '' : `: ${run.error.message} (${run.error.code})`;
  return `${started} by ${run.schedule ?? 'coldhunt watch run'}${seconds}: ${run.outcome}${error}; ${countOf(run.nights.length, 'night')}, ${countOf(alerts, 'alert')}, watermark ${run.watermark.after}`;
}

export function toLines(lines: readonly string[]): string {
  return lines.map((line) => `${toTerminalText(line)}\n`).join('');
}
