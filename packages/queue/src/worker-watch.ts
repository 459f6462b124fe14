// Tells that shards wait and no worker is connected: after a few seconds, and rarely again. Without it a hunt would wait in silence.

import type { Queue } from 'bullmq';

const FIRST_AFTER_MS = 3000;
const AGAIN_AFTER_MS = 60_000;
const LOOK_EVERY_MS = 1000;
/** While somebody is connected: the answer lists every client of the server. */
const LOOK_RARELY_MS = 10_000;

export interface WorkerWatchOptions {
  /** How long nobody may be connected before it is told. Default 3,000. */
  readonly firstAfterMs?: number | undefined;
  readonly againAfterMs?: number | undefined;
}

export class WorkerWatch {
  readonly #queue: Queue;
  readonly #options: WorkerWatchOptions;
  #lookedAt = 0;
  #aloneSince: number | null = null;
  #toldAt: number | null = null;
  #workers: number | null = null;

  constructor(queue: Queue, options: WorkerWatchOptions = {}) {
    this.#queue = queue;
    this.#options = options;
  }

  /** How many were connected at the last look; null: not looked yet, or the server does not tell. */
  get workers(): number | null {
    return this.#workers;
  }

  /**
   * When it is time to say that no worker is connected, for how long that has been so; else null. Asks Redis now and then; a server that
   * does not tell counts as well staffed.
   */
  async look(): Promise<number | null> {
    const now = Date.now();
    if (now - this.#lookedAt < (this.#aloneSince === null ? LOOK_RARELY_MS : LOOK_EVERY_MS)) return null;
    this.#lookedAt = now;
    this.#workers = await this.#queue.getWorkersCount().catch(() => null);
    if (this.#workers !== 0) {
      this.#aloneSince = null;
      this.#toldAt = null;
      return null;
    }
    this.#aloneSince ??= now;
    const { firstAfterMs = FIRST_AFTER_MS, againAfterMs = AGAIN_AFTER_MS } = this.#options;
    const isDue = this.#toldAt === null ? now - this.#aloneSince >= firstAfterMs : now - this.#toldAt >= againAfterMs;
    if (!isDue) return null;
    this.#toldAt = now;
    return now - this.#aloneSince;
  }
}
