// Signals -> the two ways to stop: the first asks to drain (take no new work, finish what runs), the second aborts.

import { TransientError } from '@coldhunt/core';

export interface Shutdown {
  /** Aborted by the first signal. */
  readonly draining: AbortSignal;
  /** Aborted by the second signal, or by `abort()`. */
  readonly signal: AbortSignal;
  readonly isDraining: boolean;
  abort(): void;
  /** Takes the handlers away. */
  dispose(): void;
}

/** `onSignal` is told the name and whether it is the first. */
export function createShutdown(onSignal?: (name: string, isFirst: boolean) => void): Shutdown {
  const draining = new AbortController();
  const aborting = new AbortController();
  const stop = (name: string): void => {
    const isFirst = !draining.signal.aborted;
    onSignal?.(name, isFirst);
    const reason = new TransientError('INTERRUPTED', `stopped by ${name}; the run can be resumed`);
    if (isFirst) draining.abort(reason);
    else aborting.abort(reason);
  };
  const handlers = (['SIGINT', 'SIGTERM'] as const).map((name) => {
    const handler = (): void => stop(name);
    process.on(name, handler);
    return { name, handler };
  });
  return {
    draining: draining.signal,
    signal: aborting.signal,
    get isDraining() {
      return draining.signal.aborted;
    },
    abort: () => {
      const reason = new TransientError('INTERRUPTED', 'stopped; the run can be resumed');
      draining.abort(reason);
      aborting.abort(reason);
    },
    dispose: () => {
      for (const { name, handler } of handlers) process.off(name, handler);
    },
  };
}
