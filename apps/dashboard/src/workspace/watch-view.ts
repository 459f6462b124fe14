// One workspace of a watch -> how it stands: its nights, its watermark, what it did not reach, what sinks have still to be told.

import { InputError, type RunStore } from '@coldhunt/core';
import {
  nextInstant,
  nightNumbers,
  pendingNights,
  readNight,
  readWatch,
  type Night,
  type Watch,
} from '@coldhunt/watch';

export interface WatchView {
  readonly path: string;
  readonly uri: string;
  readonly watch: Watch | null;
  /** The last 400, oldest first; what could not be read of them is absent. */
  readonly nights: readonly Night[];
  readonly nightCount: number;
  /** ISO instant up to which everything was taken up. */
  readonly watermark: string | null;
  readonly nextRunMs: number | null;
  /** By sink: nights that it has still to be told of. */
  readonly pending: Readonly<Record<string, number>>;
  readonly problem: string | null;
  readonly readAtMs: number;
  readonly tookMs: number;
}

const NIGHTS_SHOWN = 400;
/** Files at a time. */
const READS = 8;

/** `known`: what was read before; nights are written once. Throws only what the storage throws. */
export async function readWatchView(
  store: RunStore,
  path: string,
  { now, known }: { readonly now: () => number; readonly known: WatchView | null },
): Promise<WatchView> {
  const startedMs = now();
  const nothing = {
    path,
    uri: store.uri,
    watch: null,
    nights: [],
    nightCount: 0,
    watermark: null,
    nextRunMs: null,
    pending: {},
    problem: null,
  };
  const timed = (view: Omit<WatchView, 'readAtMs' | 'tookMs'>): WatchView => ({
    ...view,
    readAtMs: now(),
    tookMs: now() - startedMs,
  });
  try {
    const watch = await readWatch(store);
    if (watch === null) return timed({ ...nothing, problem: 'watch.json is gone' });
    const numbers = await nightNumbers(store);
    const nights = await readNights(store, numbers.slice(-NIGHTS_SHOWN), known?.nights ?? []);
    const watermark = nights.at(-1)?.to ?? watch.question.from;
    return timed({
      ...nothing,
      watch,
      nights,
      nightCount: numbers.length,
      watermark,
      nextRunMs: nextInstant(watch.cron, watch.tz, Date.parse(watermark) + watch.lateness_ms),
      pending: await pendingNights(store, watch.sinks),
    });
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    return timed({ ...nothing, problem: `${error.message} (${error.code})` });
  }
}

async function readNights(
  store: RunStore,
  numbers: readonly number[],
  known: readonly Night[],
): Promise<readonly Night[]> {
  const byNumber = new Map(known.map((night) => [night.number, night]));
  const missing = numbers.filter((number) => !byNumber.has(number));
  for (let from = 0; from < missing.length; from += READS) {
    const read = await Promise.all(missing.slice(from, from + READS).map((number) => readNight(store, number)));
    for (const night of read) byNumber.set(night.number, night);
  }
  return numbers.flatMap((number) => byNumber.get(number) ?? []);
}

/** Milliseconds that the watermark lies behind what a night could have taken up by now. */
export function watermarkLagMs({ watch, watermark }: WatchView, nowMs: number): number | null {
  if (watch === null || watermark === null) return null;
  return Math.max(0, nowMs - watch.lateness_ms - Date.parse(watermark));
}
