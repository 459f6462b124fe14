// The matches of one term (or of one event) -> what the live rule makes of each. They are simulated as they come, and kept meanwhile:
// copies come after what they copy, and one that arrived earlier makes it visible earlier. Where an event arrives out of order they are
// simulated once more, sorted by the executions that see them.

import type { RunStore } from '@coldhunt/core';
import type { Rule } from '@coldhunt/rules';
import type { LiveSchedule } from '../../question/output.ts';
import { isUnkeyed } from '../../scan/output.ts';
import type { DecidedMatch } from '../decide.ts';
import type { GroupedMatch } from '../group-copies.ts';
import { decodeSourced, encodeSourced, type SourcedMatch } from '../sourced-match.ts';
import { SpillSorter } from '../spill-sorter.ts';
import { Spool } from '../threshold/spool.ts';
import {
  clipSpan,
  decodeTick,
  encodeTick,
  isMissed,
  type CandidateSpan,
  type EventSpan,
  type LiveEvent,
} from './candidate-span.ts';
import { EventReader } from './event-reader.ts';
import { eventSimulation } from './event-simulation.ts';
import { NewTermsSimulation } from './new-terms-simulation.ts';
import { TermState } from './simulate-term.ts';
import type { SpanList } from './span-list.ts';

/** Roughly what a match takes in memory beside its lists. */
const MATCH_CHARS = 1_024;

export interface LiveOptions {
  readonly store: RunStore;
  readonly schedule: LiveSchedule;
  /** The first execution that is simulated. */
  readonly firstTick: number;
  /** The first that is not. */
  readonly endTick: number;
  readonly memoryChars?: number;
}

/** Decides on the terms of one rule, one after the other. */
export class LiveDecider {
  readonly #rule: Rule;
  readonly #options: LiveOptions;
  readonly #matches: Spool<GroupedMatch>;
  #term: TermState;

  constructor(rule: Rule, options: LiveOptions) {
    const { store, memoryChars } = options;
    this.#rule = rule;
    this.#options = options;
    this.#matches = new Spool(store, {
      encode: ({ entry, isCopy }) => `${isCopy ? 'c' : 'm'}${encodeSourced(entry)}`,
      decode: (line) => ({ entry: decodeSourced(line.slice(1)), isCopy: line.startsWith('c') }),
      weigh: () => MATCH_CHARS,
      ...(memoryChars === undefined ? {} : { memoryChars }),
    });
    this.#term = this.#startTerm();
  }

  async add(grouped: GroupedMatch): Promise<void> {
    await this.#term.add(grouped);
    const kept = this.#matches.add(grouped);
    if (kept !== null) await kept;
  }

  /** Ends the term, with what was decided on its matches in their order. The next match begins another. */
  async *finish(): AsyncGenerator<readonly DecidedMatch[]> {
    const spans = await this.#spans();
    const reader = new TermReader(this.#rule, spans.sorted(), this.#options);
    for await (const batch of this.#matches.batches()) {
      const decided: DecidedMatch[] = [];
      for (const grouped of batch) decided.push(await reader.decide(grouped));
      yield decided;
    }
    await spans.clear();
    await this.#matches.clear();
    this.#term = this.#startTerm();
  }

  async #spans(): Promise<SpanList> {
    const found = await this.#term.finish();
    if (found !== null) return found;
    await this.#term.clear();
    const arrivals = new SpillSorter<LiveEvent>(this.#options.store, {
      compare: (a, b) => a.arrivesAt - b.arrivesAt || a.number - b.number,
      encode: (event) => JSON.stringify({ ...event, leavesAt: encodeTick(event.leavesAt) }),
      decode: (line) => {
        const event = JSON.parse(line) as LiveEvent & { readonly leavesAt: number | null };
        return { ...event, leavesAt: decodeTick(event.leavesAt) };
      },
      ...(this.#options.memoryChars === undefined ? {} : { memoryChars: this.#options.memoryChars }),
    });
    const events = new EventReader(this.#options.schedule);
    for await (const batch of this.#matches.batches()) {
      for (const grouped of batch) {
        const event = events.take(grouped);
        if (event !== null) await arrivals.add(event);
      }
    }
    const last = events.finish();
    if (last !== null) await arrivals.add(last);
    const sorted = this.#startTerm();
    for await (const batch of arrivals.sorted()) for (const event of batch) await sorted.see(event);
    await arrivals.clear();
    return (await sorted.finish()) as SpanList;
  }

  #startTerm(): TermState {
    const { schedule } = this.#options;
    const isNewTerms = this.#rule.type === 'new_terms';
    return new TermState(this.#options, isNewTerms ? new NewTermsSimulation(schedule) : eventSimulation(schedule));
  }
}

/** The second reading of a term's matches. */
class TermReader {
  readonly #isNewTerms: boolean;
  readonly #schedule: LiveSchedule;
  readonly #spans: AsyncGenerator<EventSpan>;
  readonly #simulated: Parameters<typeof clipSpan>[1];
  #next: EventSpan | null | undefined;
  #number = -1;
  #before: SourcedMatch | null = null;

  constructor(rule: Rule, spans: AsyncGenerator<EventSpan>, { schedule, firstTick, endTick }: LiveOptions) {
    this.#isNewTerms = rule.type === 'new_terms';
    this.#schedule = schedule;
    this.#spans = spans;
    this.#simulated = { firstTick, endTick, intervalMs: schedule.intervalMs };
  }

  async decide({ entry, isCopy }: GroupedMatch): Promise<DecidedMatch> {
    const before = this.#before;
    if (isCopy) return { entry, verdict: 'copy', before, buckets: [], spans: null, isEarlier: false };
    this.#before = entry;
    this.#number += 1;
    const { match } = entry;
    if (isUnkeyed(match, this.#isNewTerms)) {
      return { entry, verdict: 'unkeyed', before: null, buckets: [], spans: null, isEarlier: false };
    }
    const found = await this.#spansOf(this.#number);
    const spans = found.flatMap((span) => clipSpan(span, this.#simulated) ?? []).filter((span) => !isMissed(span));
    const isCandidate = spans.length > 0;
    if (match.place !== 'range') {
      return { entry, verdict: 'history', before, buckets: [], spans, isEarlier: isCandidate };
    }
    const verdict = isCandidate ? 'alert' : found.some(isMissed) ? this.#whyMissed(match.time_ms) : 'known';
    return { entry, verdict, before, buckets: [], spans, isEarlier: false };
  }

  /** `late`: had it been there at its time, an execution would have looked at it. */
  #whyMissed(timeMs: number): DecidedMatch['verdict'] {
    return this.#schedule.firstReaching(timeMs) < this.#schedule.leaveOf(timeMs) ? 'late' : 'unseen';
  }

  async #spansOf(number: number): Promise<readonly CandidateSpan[]> {
    const found: CandidateSpan[] = [];
    if (this.#next === undefined) await this.#advance();
    while (this.#next !== null && this.#next !== undefined && this.#next.number === number) {
      const { firstTick, lastTick, events } = this.#next;
      found.push({ firstTick, lastTick, events });
      await this.#advance();
    }
    return found;
  }

  async #advance(): Promise<void> {
    const next = await this.#spans.next();
    this.#next = next.done === true ? null : next.value;
  }
}
