// A hunt that somebody cancels: it stands in custody.json, where whoever works on the hunt looks now and then, whatever started it. Shards
// with a record keep it, so that the hunt can be resumed; asking for it again takes the cancellation back.

import { setTimeout as delay } from 'node:timers/promises';
import { InputError, type RunStore } from '@coldhunt/core';
import type { RunFile } from '../question/output.ts';
import { readCustody, writeGivenUp } from './custody-file.ts';

const LOOK_EVERY_MS = 2000;

export interface Cancelling {
  /** Who or what cancels it, for people. */
  readonly message: string;
  readonly atMs: number;
}

/** What runs of it stops within some seconds. */
export function cancelRun(store: RunStore, run: RunFile, { message, atMs }: Cancelling): Promise<void> {
  return writeGivenUp(store, run, { by: 'person', code: 'RUN_CANCELLED', message, atMs });
}

export interface UnlessCancelled {
  readonly signal?: AbortSignal | undefined;
  /** How often it is looked. Milliseconds. Default: 2,000. */
  readonly everyMs?: number | undefined;
}

/**
 * Runs `act`, whose signal is aborted when the run is cancelled or the caller's signal is. Throws InputError RUN_CANCELLED once `act` has
 * ended for it, and what `act` throws. A store that does not answer cancels nothing.
 */
export async function unlessCancelled<T>(
  store: RunStore,
  { signal, everyMs = LOOK_EVERY_MS }: UnlessCancelled,
  act: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const cancelled = new AbortController();
  const ended = new AbortController();
  const look = async (): Promise<void> => {
    const reason = await findCancelled(store).catch(() => null);
    if (reason !== null) cancelled.abort(reason);
  };
  await look();
  cancelled.signal.throwIfAborted();
  signal?.throwIfAborted();
  const watching = (async () => {
    while (!cancelled.signal.aborted) {
      await delay(everyMs, undefined, { signal: ended.signal });
      await look();
    }
  })().catch(() => undefined);
  try {
    return await act(signal === undefined ? cancelled.signal : AbortSignal.any([signal, cancelled.signal]));
  } catch (error) {
    throw cancelled.signal.aborted ? cancelled.signal.reason : error;
  } finally {
    ended.abort();
    await watching;
  }
}

async function findCancelled(store: RunStore): Promise<InputError | null> {
  const known = await readCustody(store);
  const last = known?.gave_up.at(-1);
  if (known === null || last?.code !== 'RUN_CANCELLED' || last.asked !== known.asked.length) return null;
  return new InputError('RUN_CANCELLED', `${last.message}, at ${last.at}; it can be resumed`);
}
