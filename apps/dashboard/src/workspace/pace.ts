// Things that are done now and then: what took long is done more rarely.

const SHARE = 20;

export class Pace {
  readonly #last = new Map<string, { readonly endedMs: number; readonly tookMs: number }>();

  /** Does it unless it was done less than `everyMs` ago, or than 20 times as long as it took. Throws what `act` throws. */
  async every(name: string, everyMs: number, now: () => number, act: () => Promise<void>): Promise<void> {
    const last = this.#last.get(name);
    const startedMs = now();
    if (last !== undefined && startedMs - last.endedMs < Math.max(everyMs, SHARE * last.tookMs)) return;
    await act();
    this.#last.set(name, { endedMs: now(), tookMs: now() - startedMs });
  }
}
