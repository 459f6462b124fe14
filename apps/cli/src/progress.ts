// Progress by bytes on standard error. A terminal that can rewrite a line gets one line; one that cannot (TERM=dumb, as screen readers
// and editors set it) gets a plain line now and then; a pipe and CI get nothing.

import { countOf } from '@coldhunt/core';
import { screenOf } from './screen.ts';
import { formatBytes, formatCount, formatSeconds } from './terminal-text.ts';

export interface ProgressState {
  readonly stage: 'listing' | 'scanning' | 'reducing' | 'reporting';
  readonly doneBytes: number;
  readonly totalBytes: number;
  readonly doneShards: number;
  readonly totalShards: number;
  readonly matches: number;
  /** Threads of this process, or workers that are connected; null: not known. */
  readonly workers: number | null;
  /** How often the storage asked to slow down. */
  readonly throttled: number;
}

export const NO_PROGRESS: ProgressState = {
  stage: 'listing',
  doneBytes: 0,
  totalBytes: 0,
  doneShards: 0,
  totalShards: 0,
  matches: 0,
  workers: null,
  throttled: 0,
};

export interface Progress {
  show(state: ProgressState): void;
  /** Wipes the line, so that what is printed next stands alone. */
  clear(): void;
}

export interface ProgressOptions {
  readonly quiet: boolean;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Milliseconds. Default: the clock. */
  readonly now?: () => number;
}

const REDRAW_EVERY_MS = 200;
/** Whoever listens to the lines hears one of them to its end. */
const PLAIN_EVERY_MS = 15_000;
/** Bytes are counted when an object is done: the rate of the first moments says nothing. */
const LEAST_SECONDS = 1;

export function createProgress(stream: NodeJS.WriteStream, { quiet, env, now = Date.now }: ProgressOptions): Progress {
  const isCi = !['', '0', 'false'].includes(env['CI'] ?? '');
  if (quiet || isCi || !stream.isTTY) return { show: () => undefined, clear: () => undefined };
  const { isPlain, hasColor } = screenOf(stream, env);
  const meter = createMeter(now);
  let latest: ProgressState | null = null;
  let drawnAt = -Infinity;
  let drawnStage: ProgressState['stage'] | null = null;
  const draw = (): void => {
    if (latest === null) return;
    const rate = meter(latest);
    if (isPlain) {
      // How much there is to read is known a moment after the stage.
      const isNew = latest.stage !== drawnStage && (latest.stage !== 'scanning' || latest.totalBytes > 0);
      if (!isNew && now() - drawnAt < PLAIN_EVERY_MS) return;
      stream.write(`${describeProgress(latest, rate, Infinity)}\n`);
    } else {
      if (now() - drawnAt < REDRAW_EVERY_MS) return;
      const columns = Math.max(20, (stream.columns ?? 100) - 1);
      stream.write(`\r${describeProgress(latest, rate, columns, hasColor)}\u001b[K`);
    }
    drawnAt = now();
    drawnStage = latest.stage;
  };
  // Where nothing arrives the time goes on all the same.
  let timer: NodeJS.Timeout | null = null;
  return {
    show: (state) => {
      latest = state;
      timer ??= setInterval(draw, REDRAW_EVERY_MS).unref();
      draw();
    },
    clear: () => {
      if (timer !== null) clearInterval(timer);
      timer = null;
      if (!isPlain && latest !== null) stream.write('\r\u001b[K');
      latest = null;
      drawnAt = -Infinity;
    },
  };
}

/** Bytes a second since the scan began; null: too early to say. What stood in the run folder before it is no work of this one. */
function createMeter(now: () => number): (state: ProgressState) => number | null {
  let begun: { readonly ms: number; readonly bytes: number } | null = null;
  return ({ stage, doneBytes, totalBytes }) => {
    if (stage !== 'scanning' || totalBytes === 0) return null;
    begun ??= { ms: now(), bytes: doneBytes };
    const seconds = (now() - begun.ms) / 1000;
    return seconds < LEAST_SECONDS || doneBytes <= begun.bytes ? null : (doneBytes - begun.bytes) / seconds;
  };
}

const BAR = 20;

/** The line, at most `columns` wide: what matters least gives way first. `rate`: bytes a second; null: not known yet. */
export function describeProgress(state: ProgressState, rate: number | null, columns: number, hasColor = false): string {
  const { stage, doneBytes, totalBytes, doneShards, totalShards, matches, workers, throttled } = state;
  if (stage !== 'scanning' || totalBytes === 0) {
    const shards = totalShards > 0 ? ` ${formatCount(doneShards)} of ${countOf(totalShards, 'shard')}` : '';
    return `${stage}${shards}`.slice(0, columns);
  }
  const share = Math.min(1, doneBytes / totalBytes);
  const left = rate === null ? 'time left not known yet' : `${formatSeconds((totalBytes - doneBytes) / rate)} left`;
  const isWide = columns === Infinity;
  const bar = isWide ? '' : `${'━'.repeat(Math.round(share * BAR))}${'╌'.repeat(BAR - Math.round(share * BAR))}`;
  // In the order in which they are given up, the last first.
  const parts = [
    { at: 0, text: 'scanning' },
    { at: 2, text: `${Math.floor(share * 100)}%` },
    { at: 5, text: left },
    { at: 6, text: countOf(matches, 'match', 'matches') },
    { at: 8, text: throttled === 0 ? '' : `throttled ${formatCount(throttled)}×` },
    { at: 4, text: rate === null ? '' : `${formatBytes(rate)}/s` },
    { at: 3, text: `${formatBytes(doneBytes)} of ${formatBytes(totalBytes)}` },
    { at: 7, text: workers === null ? '' : countOf(workers, 'worker') },
    { at: 1, text: bar },
  ].filter(({ text }) => text !== '');
  const widthOf = (list: typeof parts): number => list.reduce((sum, { text }) => sum + text.length + 2, -2);
  while (parts.length > 1 && widthOf(parts) > columns) parts.pop();
  const shown = parts.toSorted((a, b) => a.at - b.at).map(({ at, text }) => (hasColor ? coloured(at, text) : text));
  return hasColor ? shown.join('  ') : shown.join('  ').slice(0, columns);
}

/** The bar is told from what is left of it by shape as well. */
function coloured(at: number, text: string): string {
  if (at === 1) return `\u001b[32m${text}\u001b[39m`;
  return at === 8 ? `\u001b[33m${text}\u001b[39m` : text;
}
