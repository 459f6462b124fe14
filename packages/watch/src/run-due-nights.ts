// All nights that are due, oldest first: what was missed is caught up night by night, none longer than the schedule makes it, none twice.

import { InputError } from '@coldhunt/core';
import { takeLease, type LeaseOptions } from './lease.ts';
import { lastNight } from './night-file.ts';
import type { NightOptions, NightResult } from './run-night.ts';
import { dueNights } from './schedule.ts';

export interface DueNightsOptions extends Pick<NightOptions, 'workspace' | 'watch'> {
  readonly nowMs: number;
  readonly lease?: LeaseOptions;
  /** Runs one, as `runNight`. */
  readonly run: (night: Pick<NightOptions, 'workspace' | 'watch' | 'before' | 'range'>) => Promise<NightResult>;
}

/**
 * Ends after the last due night, or after one whose watermark did not move: the next would rest on what is not there. Throws
 * TransientError WATCH_BUSY, and what nights throw.
 */
export async function* runDueNights(options: DueNightsOptions): AsyncGenerator<NightResult> {
  const { workspace, watch, nowMs } = options;
  const lease = await takeLease(workspace, options.lease);
  try {
    for (;;) {
      const before = await lastNight(workspace);
      const watermarkMs = Date.parse(before?.to ?? watch.question.from);
      if (watermarkMs > nowMs) throw clockWentBack(watermarkMs, nowMs);
      const [range] = dueNights(watch, watermarkMs, nowMs);
      if (range === undefined) return;
      const result = await options.run({ workspace, watch, before, range });
      yield result;
      if (result.night === null) return;
    }
  } finally {
    await lease.release();
  }
}

function clockWentBack(watermarkMs: number, nowMs: number): InputError {
  const [watermark, now] = [watermarkMs, nowMs].map((ms) => new Date(ms).toISOString());
  return new InputError(
    'WATCH_INVALID',
    `the watch stands at ${watermark}, after now (${now}): the clock went back, or --from lies in the future; nothing was run`,
  );
}
