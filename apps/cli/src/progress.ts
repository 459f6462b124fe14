// Progress by bytes on a terminal's stderr: one line, rewritten; nothing at all elsewhere.

import { countOf } from '@coldhunt/core';
import { formatBytes, formatCount, formatSeconds } from './terminal-text.ts';

export interface ProgressState {
  readonly stage: 'listing' | 'scanning' | 'reducing' | 'reporting';
  readonly doneBytes: number;
  readonly totalBytes: number;
  readonly doneShards: number;
  readonly totalShards: number;
  readonly matches: number;
}

export interface Progress {
  show(state: ProgressState): void;
  /** Wipes the line, so that what is printed next stands alone. */
  clear(): void;
}

const REDRAW_EVERY_MS = 200;

/** `now` gives milliseconds; `stream` is written to only when it is a terminal and `quiet` is false. */
export function createProgress(stream: NodeJS.WriteStream, quiet: boolean, now: () => number = Date.now): Progress {
  if (quiet || !stream.isTTY) return { show: () => undefined, clear: () => undefined };
  const started = now();
  let drawn = 0;
  return {
    show: (state) => {
      if (now() - drawn < REDRAW_EVERY_MS) return;
      drawn = now();
      const line = describeProgress(state, (now() - started) / 1000);
      stream.write(`\r${line.slice(0, Math.max(20, (stream.columns ?? 100) - 1))}\u001b[K`);
    },
    clear: () => {
      if (drawn > 0) stream.write('\r\u001b[K');
      drawn = 0;
    },
  };
}

/** The line: share, bytes, rate and time left. */
export function describeProgress(state: ProgressState, seconds: number): string {
  if (state.stage !== 'scanning' || state.totalBytes === 0) {
    return `${state.stage}${state.totalShards > 0 ? ` ${formatCount(state.doneShards)} of ${countOf(state.totalShards, 'shard')}` : ''}`;
  }
  const share = Math.min(1, state.doneBytes / state.totalBytes);
  const rate = seconds > 0 ? state.doneBytes / seconds : 0;
  const left = rate > 0 ? formatSeconds((state.totalBytes - state.doneBytes) / rate) : 'unknown';
  const filled = Math.floor(share * 24);
  return (
    `scanning [${'#'.repeat(filled)}${'.'.repeat(24 - filled)}] ${Math.floor(share * 100)}% ` +
    `${formatBytes(state.doneBytes)} of ${formatBytes(state.totalBytes)} stored ${formatBytes(rate)}/s ` +
    `left ${left} matches ${formatCount(state.matches)}`
  );
}
