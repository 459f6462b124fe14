// The matches of one bucket of a live threshold rule -> what became of each. They are kept while they come, simulated in the order in
// which they arrive, and read once more: which alert counts each.

import { parseJson, stringifyDocument, type Document, type DocumentValue } from '@coldhunt/core';
import type { Rule, Term } from '@coldhunt/rules';
import type { Suppression } from '../../question/output.ts';
import { toGroup } from '../../scan/output.ts';
import type { DecidedMatch } from '../decide.ts';
import type { GroupedMatch } from '../group-copies.ts';
import { decodeSourced, encodeSourced } from '../sourced-match.ts';
import { SpillSorter } from '../spill-sorter.ts';
import { BucketReader } from '../threshold/read-bucket.ts';
import { Spool } from '../threshold/spool.ts';
import type { CountedSpan } from '../threshold/threshold-memory.ts';
import type { LiveEvent } from './candidate-span.ts';
import type { LiveOptions } from './decide-live.ts';
import { EventReader } from './event-reader.ts';
import { LiveBucketMemory, type LiveBucketEvent } from './live-bucket-memory.ts';

const MATCH_CHARS = 1_024;
const EVENT_CHARS = 128;

/** All alerts of executions outside the range are told: they compete for `max_signals`, and may hold others. */
const TOLD: Suppression = {
  sinceMs: Number.NEGATIVE_INFINITY,
  mayHoldFromBefore: () => true,
  skipsCovered: true,
  lastHeld: (atMs) => atMs,
};

/** Decides on the buckets of one rule, one after the other. */
export class LiveBucketDecider {
  readonly #rule: Rule;
  readonly #options: LiveOptions;
  readonly #matches: Spool<GroupedMatch>;
  readonly #events: Spool<LiveBucketEvent>;
  readonly #spans: Spool<CountedSpan>;
  #reader: EventReader;
  #open: Pick<LiveBucketEvent, 'place' | 'distinct'> = { place: 'history', distinct: null };

  constructor(rule: Rule, options: LiveOptions) {
    const { store, schedule, memoryChars } = options;
    const limit = memoryChars === undefined ? {} : { memoryChars };
    this.#rule = rule;
    this.#options = options;
    this.#reader = new EventReader(schedule);
    this.#matches = new Spool(store, {
      encode: ({ entry, isCopy }) => `${isCopy ? 'c' : 'm'}${encodeSourced(entry)}`,
      decode: (line) => ({ entry: decodeSourced(line.slice(1)), isCopy: line.startsWith('c') }),
      weigh: ({ entry }) => MATCH_CHARS + 16 * (entry.match.distinct?.length ?? 0),
      ...limit,
    });
    this.#events = new Spool(store, { encode: encodeEvent, decode: decodeEvent, weigh: () => EVENT_CHARS, ...limit });
    this.#spans = new Spool(store, {
      encode: (span) => JSON.stringify(span),
      decode: (line) => JSON.parse(line) as CountedSpan,
      weigh: () => EVENT_CHARS,
      ...limit,
    });
  }

  async add(grouped: GroupedMatch): Promise<void> {
    const event = this.#reader.take(grouped);
    if (event !== null) await this.#keep(event);
    const { place, distinct } = grouped.entry.match;
    if (!grouped.isCopy) this.#open = { place, distinct };
    const kept = this.#matches.add(grouped);
    if (kept !== null) await kept;
  }

  async *finish(): AsyncGenerator<readonly DecidedMatch[]> {
    const last = this.#reader.finish();
    if (last !== null) await this.#keep(last);
    await this.#simulate();
    const reader = new BucketReader(this.#rule, this.#spans.batches(), { ...this.#options, suppression: TOLD });
    const events = flatten(this.#events.batches());
    for await (const batch of this.#matches.batches()) {
      const decided: DecidedMatch[] = [];
      for (const grouped of batch) {
        const event = grouped.isCopy ? null : ((await events.next()).value as LiveBucketEvent);
        decided.push(this.#toLive(await reader.decide(grouped, event?.arrivesAt), event));
      }
      yield decided;
    }
    await this.#matches.clear();
    await this.#events.clear();
    await this.#spans.clear();
    this.#reader = new EventReader(this.#options.schedule);
  }

  /** What no alert counts is told apart where no execution could. */
  #toLive(decided: DecidedMatch, event: LiveBucketEvent | null): DecidedMatch {
    if (event === null) return decided;
    const leavesAt = this.#options.schedule.leaveOf(event.timeMs);
    const isMissed = decided.verdict === 'below' && event.arrivesAt >= leavesAt;
    const isLate = this.#options.schedule.firstReaching(event.timeMs) < leavesAt;
    return { ...decided, spans: [], verdict: isMissed ? (isLate ? 'late' : 'unseen') : decided.verdict };
  }

  async #keep(event: LiveEvent): Promise<void> {
    const { number, timeMs, arrivesAt } = event;
    const kept = this.#events.add({ number, timeMs, arrivesAt, ...this.#open });
    if (kept !== null) await kept;
  }

  async #simulate(): Promise<void> {
    const { store, schedule, firstTick, memoryChars } = this.#options;
    const arrivals = new SpillSorter<LiveBucketEvent>(store, {
      compare: (a, b) => a.arrivesAt - b.arrivesAt || a.number - b.number,
      encode: encodeEvent,
      decode: decodeEvent,
      ...(memoryChars === undefined ? {} : { memoryChars }),
    });
    for await (const batch of this.#events.batches()) {
      for (const event of batch) {
        // It may have arrived before the first execution that is simulated.
        const arrivesAt = Math.max(event.arrivesAt, firstTick);
        if (arrivesAt < schedule.leaveOf(event.timeMs)) await arrivals.add({ ...event, arrivesAt });
      }
    }
    const threshold = this.#rule.threshold ?? { field: [], value: 1, cardinality: [] };
    const memory = new LiveBucketMemory(threshold, schedule);
    for await (const batch of arrivals.sorted()) for (const event of batch) await this.#keepSpans(memory.apply(event));
    await this.#keepSpans(memory.finish());
    await arrivals.clear();
  }

  async #keepSpans(spans: readonly CountedSpan[]): Promise<void> {
    for (const span of spans) {
      const kept = this.#spans.add(span);
      if (kept !== null) await kept;
    }
  }
}

function encodeEvent(event: LiveBucketEvent): string {
  return stringifyDocument(event as unknown as Document);
}

function decodeEvent(line: string): LiveBucketEvent {
  const event = parseJson(line) as unknown as LiveBucketEvent;
  // Whole numbers beyond what a number holds come back as they were.
  const distinct =
    event.distinct === null ? null : (toGroup(event.distinct as readonly DocumentValue[]) as readonly Term[]);
  return { ...event, distinct };
}

async function* flatten<T>(batches: AsyncIterable<readonly T[]>): AsyncGenerator<T> {
  for await (const batch of batches) yield* batch;
}
