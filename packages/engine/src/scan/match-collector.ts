// Collects a shard's matches in bounded memory: few stay inline, many leave as sorted runs, each cut at a fixed size of text, so
// that the cuts do not depend on who scans. Sorting moves keys; an event's text is kept once per run, in the order of events.

import type { Document, RunStore } from '@coldhunt/core';
import { encodeEvent, encodeMatch } from './match-codec.ts';
import { compareMatches } from './match-order.ts';
import { writeMatches } from './matches-file.ts';
import type { KeptEvent, Match, MatchesFile, ShardRecord } from './output.ts';

const INLINE_CHARS = 64 * 1024;
const RUN_CHARS = 8 * 1024 * 1024;

/** A match before the event's number is known. */
export type NewMatch = Omit<Match, 'event'>;

interface Run {
  readonly matches: { readonly match: Match; readonly text: string }[];
  /** Only while the run may stay inline. */
  events: KeptEvent[];
  readonly eventTexts: string[];
  chars: number;
}

export interface CollectorLimits {
  readonly inlineChars: number;
  readonly runChars: number;
}

export class MatchCollector {
  readonly #store: RunStore;
  readonly #limits: CollectorLimits;
  readonly #files: MatchesFile[] = [];
  #run = emptyRun();
  #events = 0;

  constructor(store: RunStore, limits: CollectorLimits = { inlineChars: INLINE_CHARS, runChars: RUN_CHARS }) {
    this.#store = store;
    this.#limits = limits;
  }

  /** Adds all matches of one event. The document is kept once when any of them lies in the range. */
  async add(matches: Iterable<NewMatch>, document: Document | null): Promise<void> {
    const event = document === null ? null : { event: this.#events, document };
    let isKept = false;
    for (const given of matches) {
      if (this.#run.chars >= this.#limits.runChars) {
        await this.#flush();
        isKept = false;
      }
      const isShown = given.aside === undefined || given.aside.kind === 'skewed';
      const points = given.place === 'range' && isShown && event !== null;
      if (points && !isKept) {
        this.#keep(event);
        isKept = true;
      }
      const match: Match = { ...given, event: points ? event.event : null };
      const text = encodeMatch(match);
      this.#run.matches.push({ match, text });
      this.#run.chars += text.length;
    }
    if (event !== null) this.#events += 1;
  }

  async finish(): Promise<ShardRecord['stored']> {
    if (this.#files.length === 0 && this.#run.chars <= this.#limits.inlineChars) {
      return { kind: 'inline', matches: sorted(this.#run).map(({ match }) => match), events: this.#run.events };
    }
    if (this.#run.matches.length > 0) await this.#flush();
    return { kind: 'files', files: this.#files };
  }

  #keep(event: KeptEvent): void {
    const text = encodeEvent(event);
    this.#run.eventTexts.push(text);
    this.#run.chars += text.length;
    if (this.#run.chars <= this.#limits.inlineChars) this.#run.events.push(event);
    else this.#run.events = [];
  }

  async #flush(): Promise<void> {
    const run = this.#run;
    this.#run = emptyRun();
    const matches = sorted(run).map(({ text }) => text);
    this.#files.push(await writeMatches(this.#store, matches, run.eventTexts));
  }
}

function emptyRun(): Run {
  return { matches: [], events: [], eventTexts: [], chars: 0 };
}

function sorted(run: Run): Run['matches'] {
  return run.matches.toSorted((a, b) => compareMatches(a.match, b.match));
}
