// How a watch stands, for people and as JSON.

import { countOf } from '@coldhunt/core';
import { nextInstant, type Night, type Watch } from '@coldhunt/watch';
import { toTerminalText } from './terminal-text.ts';

const HOLES_SHOWN = 10;

export interface WatchState {
  /** The last one that ended; null: none has. */
  readonly night: Night | null;
  /** By sink: the nights that it has still to be told of. */
  readonly pending: Readonly<Record<string, number>>;
  readonly nowMs: number;
}

export function describeWatch(watch: Watch, { night, pending, nowMs }: WatchState, asJson: boolean): string {
  const watermark = night?.to ?? watch.question.from;
  const runMs = nextInstant(watch.cron, watch.tz, Date.parse(watermark) + watch.lateness_ms);
  const isDue = runMs <= nowMs;
  const holes = night?.examined.unread ?? [];
  const status = {
    watermark,
    nights: night?.number ?? 0,
    next_run: new Date(runMs).toISOString(),
    is_due: isDue,
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
    holes,
    pending,
  };
  if (asJson) return `${JSON.stringify(status)}\n`;
  const lines = [
    `watermark ${watermark}: ${night === null ? 'no night has been run' : `${countOf(night.number, 'night')} run, the last ended ${night.ended_at}`}`,
    `next run ${status.next_run}${isDue ? ': due now' : ''}`,
    ...(night === null
      ? []
      : [
          `last night ${night.from} to ${night.to}: ${countOf(night.alerts, 'alert')}, ${night.complete ? 'everything was examined' : 'incomplete'}`,
          `corrections: ${night.corrections.added} added, ${night.corrections.superseded} superseded, ${night.corrections.withdrawn} withdrawn; ${countOf(night.late, 'late match', 'late matches')}, ${night.too_late} of them too late`,
        ]),
    ...Object.entries(pending).map(
      ([name, nights]) => `sink ${name}: ${nights === 0 ? 'told everything' : `${countOf(nights, 'night')} pending`}`,
    ),
    ...holes.slice(0, HOLES_SHOWN).map(({ uri, what }) => `hole: ${uri} ${what}`),
    ...(holes.length > HOLES_SHOWN ? [`and ${holes.length - HOLES_SHOWN} more holes: see --json`] : []),
  ];
  return `${lines.map((line) => toTerminalText(line)).join('\n')}\n`;
}
