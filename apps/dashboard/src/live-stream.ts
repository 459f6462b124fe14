// Server-sent events: whoever looks at a page is told when it is no longer what he sees. The page itself is asked for again.

import type { ServerResponse } from 'node:http';

export interface LiveStreamsOptions {
  /** What the page at an address is now; null: nothing stands there. */
  readonly fingerprint: (at: URL) => Promise<string | null>;
  /** Milliseconds. Default 2,000. */
  readonly everyMs?: number;
  /** Default 100. */
  readonly most?: number;
}

const BEAT_EVERY_MS = 15_000;

export class LiveStreams {
  readonly #options: LiveStreamsOptions;
  readonly #open = new Set<ServerResponse>();
  #isClosed = false;

  constructor(options: LiveStreamsOptions) {
    this.#options = options;
  }

  get size(): number {
    return this.#open.size;
  }

  /** False: there are too many already. */
  take(response: ServerResponse, at: URL): boolean {
    const { most = 100 } = this.#options;
    if (this.#isClosed || this.#open.size >= most) return false;
    this.#open.add(response);
    response.write('retry: 3000\n\n');
    void this.#follow(response, at);
    return true;
  }

  /** Ends all of them. */
  close(): void {
    this.#isClosed = true;
    for (const response of this.#open) response.end();
    this.#open.clear();
  }

  async #follow(response: ServerResponse, at: URL): Promise<void> {
    const { fingerprint, everyMs = 2000 } = this.#options;
    const ended = new AbortController();
    response.on('close', () => ended.abort());
    let last = await fingerprint(at).catch(() => null);
    let beatAt = Date.now();
    while (!ended.signal.aborted && !this.#isClosed) {
      await new Promise((resolve) => setTimeout(resolve, everyMs));
      if (ended.signal.aborted || this.#isClosed) break;
      const now = await fingerprint(at).catch(() => last);
      if (now !== last) response.write('event: changed\ndata: \n\n');
      else if (Date.now() - beatAt >= BEAT_EVERY_MS) response.write(': here\n\n');
      else continue;
      last = now;
      beatAt = Date.now();
    }
    this.#open.delete(response);
  }
}
