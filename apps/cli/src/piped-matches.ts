// What `| head` and `| tail` leave of the matches, in order of time. No more is held than twice what the first pipe can keep.

import { cutByPipes, type EqlPipe } from '@coldhunt/rules';

interface TimedMatch {
  readonly timeMs: number;
  readonly sequence: number;
  readonly bytes: Uint8Array;
}

/** Cutting costs a sort, so it waits until it is worth one. */
const MATCHES_BEFORE_CUT = 1_000;

export class PipedMatches {
  readonly #pipes: readonly EqlPipe[];
  #kept: readonly TimedMatch[] = [];
  #fresh: TimedMatch[] = [];
  #seen = 0;

  constructor(pipes: readonly EqlPipe[]) {
    this.#pipes = pipes;
  }

  /** Of two matches of one instant the first given is the first. */
  add(timeMs: number, bytes: Uint8Array): void {
    this.#fresh.push({ timeMs, sequence: this.#seen, bytes });
    this.#seen += 1;
    if (this.#fresh.length >= MATCHES_BEFORE_CUT + this.#kept.length) this.#cut(this.#pipes.slice(0, 1));
  }

  /** The bytes of the matches that are left, the earliest first. */
  take(): readonly Uint8Array[] {
    this.#cut(this.#pipes);
    return this.#kept.map(({ bytes }) => bytes);
  }

  #cut(pipes: readonly EqlPipe[]): void {
    const ordered = [...this.#kept, ...this.#fresh].toSorted((a, b) => a.timeMs - b.timeMs || a.sequence - b.sequence);
    this.#kept = cutByPipes(ordered, pipes);
    this.#fresh = [];
  }
}
