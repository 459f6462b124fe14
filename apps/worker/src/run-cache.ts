// The last few runs of a thread stay open and compiled: a worker serves several hunts in turn.

import type { ProcessConfig } from '@coldhunt/runtime';
import { openRun, type OpenRun } from './open-run.ts';
import type { RunReference } from './thread-protocol.ts';

const RUNS_KEPT = 4;

export class RunCache {
  readonly #config: ProcessConfig;
  readonly #onThrottled: (() => void) | undefined;
  readonly #runs = new Map<string, Promise<OpenRun>>();

  /** `onThrottled`: an archive asked to slow down. */
  constructor(config: ProcessConfig, onThrottled?: () => void) {
    this.#config = config;
    this.#onThrottled = onThrottled;
  }

  /** Opens the run, or gives the one that is open. What failed to open is opened anew the next time. Throws as `openRun`. */
  async get(reference: RunReference): Promise<OpenRun> {
    const key = JSON.stringify([reference.runUri, reference.runId, reference.generation]);
    const known = this.#runs.get(key) ?? openRun(reference, this.#config, this.#onThrottled);
    // Set again: the map's order is that of use.
    this.#runs.delete(key);
    this.#runs.set(key, known);
    if (this.#runs.size > RUNS_KEPT) this.#closeOldest();
    try {
      return await known;
    } catch (error) {
      this.#runs.delete(key);
      throw error;
    }
  }

  // The thread scans one shard at a time: the oldest is not in use.
  #closeOldest(): void {
    const [oldest] = this.#runs;
    if (oldest === undefined) return;
    this.#runs.delete(oldest[0]);
    void closeQuietly(oldest[1]);
  }
}

async function closeQuietly(opening: Promise<OpenRun>): Promise<void> {
  try {
    await (await opening).close();
  } catch {
    // It never opened, or its connections were gone already.
  }
}
