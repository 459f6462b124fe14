// The start-up that planner, worker and reducer share: a logger, signals, a title without secrets; and the way they end.
//
// signal            what happens
// during the start  the start is given up: nothing was taken yet
// first             no new work is taken; what runs may go on for the drain time, then it is given back
// second            what runs is given back at once
// the service fails it is drained all the same, and its error is thrown

import type { Logger } from './create-logger.ts';
import { createLogger, type LogLevel } from './create-logger.ts';
import { createShutdown } from './create-shutdown.ts';

export interface Service {
  /** Rejects when the service cannot go on. */
  readonly failed?: Promise<never>;
  /** Takes no more work, waits `timeoutMs` for what runs, gives the rest back; tells how much that was. May be called again with less time. */
  drain(timeoutMs: number): Promise<number>;
}

export interface RunServiceOptions {
  /** `worker`, `planner`, `reducer`. */
  readonly name: string;
  readonly logLevel: LogLevel;
  readonly drainTimeoutMs: number;
  /** `stopping` is aborted when the start is given up: nobody waits for its end. */
  readonly start: (log: Logger, stopping: AbortSignal) => Promise<Service>;
}

/** Runs until a signal has come and everything is drained. Throws what `start` throws and what failed the service. */
export async function runService({ name, logLevel, drainTimeoutMs, start }: RunServiceOptions): Promise<void> {
  // Overwrites the command line, in which a password may have been given.
  process.title = `coldhunt ${name}`;
  const log = createLogger(name, logLevel);
  const shutdown = createShutdown((signal, isFirst) =>
    log.info({ signal }, isFirst ? 'draining: no new work is taken' : 'stopping: what runs is given back'),
  );
  try {
    const service = await startUnless(shutdown.draining, start(log, shutdown.draining));
    if (service === null) {
      log.info({ givenBack: 0 }, 'stopped');
      return;
    }
    const failure = await firstOf(shutdown.draining, service.failed);
    const drained = service.drain(failure === null ? drainTimeoutMs : 0);
    const hurried = aborted(shutdown.signal).then(() => service.drain(0));
    const givenBack = await Promise.race([drained, hurried]);
    if (failure !== null) throw failure.error;
    log.info({ givenBack }, 'stopped');
  } finally {
    shutdown.dispose();
  }
}

/** null: the signal came first. A service that starts all the same is drained. */
async function startUnless(signal: AbortSignal, starting: Promise<Service>): Promise<Service | null> {
  const service = await Promise.race([starting, aborted(signal).then(() => null)]);
  if (service === null) {
    starting.then((late) => late.drain(0)).catch(() => undefined);
  }
  return service;
}

async function firstOf(
  draining: AbortSignal,
  failed: Promise<never> | undefined,
): Promise<{ readonly error: unknown } | null> {
  try {
    await Promise.race([aborted(draining), ...(failed === undefined ? [] : [failed])]);
    return null;
  } catch (error) {
    return { error };
  }
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
}
