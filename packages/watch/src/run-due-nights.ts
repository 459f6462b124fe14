// All nights that are due, oldest first: what was missed is caught up night by night, none longer than the schedule makes it, none twice.

import { InputError, toAppError } from '@coldhunt/core';
import { beginHistory, type HistoryEntry, type HistoryWriter } from './history.ts';
import { takeLease, type LeaseOptions } from './lease.ts';
import type { Night } from './night-file.ts';
import { hasReplaced } from './replaced-rules.ts';
import { lastSoundNight, restoreNights } from './restore-nights.ts';
import type { NightOptions, NightResult } from './run-night.ts';
import { dueNights, type NightRange } from './schedule.ts';

export interface DueNightsOptions extends Pick<NightOptions, 'workspace' | 'watch'> {
  /** Milliseconds; asked before each night, so that one that becomes due meanwhile is run too. */
  readonly now: () => number;
  readonly lease?: LeaseOptions;
  /** The schedule that asks, for history/; default: none does. */
  readonly schedule?: string;
  /** So many nights at most; default: all that are due. */
  readonly most?: number;
  /** Runs one, as `runNight`. */
  readonly run: (
    night: Pick<NightOptions, 'workspace' | 'watch' | 'before' | 'range' | 'again' | 'isReplaced'>,
  ) => Promise<NightResult>;
  /** What is told when something that a night had left was damaged and stands again. */
  readonly onRestored?: (text: string) => void;
}

/**
 * Ends after the last due night, or after one whose watermark did not move: the next would rest on what is not there. What it did is
 * written to history/. Throws TransientError WATCH_BUSY, and what nights throw.
 */
export async function* runDueNights(options: DueNightsOptions): AsyncGenerator<NightResult> {
  const { workspace, watch, now, most = Number.POSITIVE_INFINITY, onRestored = () => {} } = options;
  const lease = await takeLease(workspace, options.lease);
  let history: HistoryWriter | null = null;
  let outcome: Exclude<HistoryEntry['outcome'], 'running'> = 'done';
  try {
    for (let ran = 0; ran < most; ran += 1) {
      const before = await lastSoundNight({ workspace, onRestored });
      const watermark = before?.to ?? watch.question.from;
      const watermarkMs = Date.parse(watermark);
      if (watermarkMs > now()) throw clockWentBack(watermarkMs, now());
      const [range] = dueNights(watch, watermarkMs, now());
      if (range === undefined) return;
      const schedule = options.schedule ?? null;
      history ??= await beginHistory(workspace, { before: watermark, schedule, now });
      const startedMs = now();
      const result = await runRestored({ ...options, onRestored }, before, range);
      await history.note(noteOf(result, (now() - startedMs) / 1000));
      if (result.night?.complete !== true) outcome = 'incomplete';
      yield result;
      if (result.night === null) return;
    }
  } catch (error) {
    const known = toAppError(error);
    await history?.end(known.code === 'INTERRUPTED' ? 'interrupted' : 'failed', known).catch(() => undefined);
    history = null;
    throw error;
  } finally {
    await history?.end(outcome);
    await lease.release();
  }
}

/** A night; when what it rests on turns out to be damaged, once more after that stands again. */
async function runRestored(
  options: DueNightsOptions & { readonly onRestored: (text: string) => void },
  before: Night | null,
  range: NightRange,
): Promise<NightResult> {
  const { workspace, watch } = options;
  const night = { workspace, watch, before, range };
  const run = async (): Promise<NightResult> => {
    if (await hasReplaced(night)) await options.run({ ...night, isReplaced: true });
    return options.run(night);
  };
  try {
    return await run();
  } catch (error) {
    if (!(await restoreNights(before, error, options))) throw error;
    return run();
  }
}

function noteOf({ night, run, hunt }: NightResult, seconds: number): HistoryEntry['nights'][number] {
  const { question } = run;
  return {
    number: night?.number ?? null,
    from: String(question.from),
    to: String(question.to),
    seconds,
    alerts: hunt.done.alerts.count,
    corrections: night?.corrections ?? { added: 0, superseded: 0, withdrawn: 0 },
    complete: hunt.coverage.complete,
  };
}

function clockWentBack(watermarkMs: number, nowMs: number): InputError {
  const [watermark, now] = [watermarkMs, nowMs].map((ms) => new Date(ms).toISOString());
  return new InputError(
    'WATCH_INVALID',
    `the watch stands at ${watermark}, after now (${now}): the clock went back, or --from lies in the future; nothing was run`,
  );
}
