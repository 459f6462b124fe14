// The matches of one bucket -> what became of each. They are counted as they come and spooled; when the bucket ends, the alerts are
// known, and the matches are read once more: which alert counts each, and the first evidence of each alert.

import type { RunStore } from '@coldhunt/core';
import type { Rule } from '@coldhunt/rules';
import { compileTicks, type Suppression, type Ticks } from '../../question/output.ts';
import type { Evidence } from '../../scan/output.ts';
import type { DecidedMatch } from '../decide.ts';
import type { GroupedMatch } from '../group-copies.ts';
import type { Bucket } from '../output.ts';
import { decodeSourced, encodeSourced, type SourcedMatch } from '../sourced-match.ts';
import { DistinctCount } from './distinct-count.ts';
import { Spool } from './spool.ts';
import { ThresholdMemory, type CountedSpan } from './threshold-memory.ts';

const EVIDENCE_KEPT = 1_000;
/** Roughly what a match takes in memory beside its lists. */
const MATCH_CHARS = 1_024;
const SPAN_CHARS = 64;

export interface BucketOptions {
  readonly store: RunStore;
  readonly memoryChars?: number;
}

/** An alert while its events are read again. */
interface OpenAlert {
  readonly span: CountedSpan;
  readonly evidence: Evidence[];
  readonly distinct: DistinctCount | null;
  events: number;
  firstMs: number;
}

/** Decides on the buckets of one rule, one after the other. */
export class BucketDecider {
  readonly #rule: Rule;
  readonly #suppression: Suppression | null;
  readonly #ticks: Ticks;
  readonly #options: BucketOptions;
  readonly #matches: Spool<GroupedMatch>;
  readonly #spans: Spool<CountedSpan>;
  #memory: ThresholdMemory;

  /** `suppression`: which alerts before the range are told. */
  constructor(rule: Rule, suppression: Suppression | null, options: BucketOptions) {
    const { store, memoryChars } = options;
    const limit = memoryChars === undefined ? {} : { memoryChars };
    this.#rule = rule;
    this.#suppression = suppression;
    this.#ticks = compileTicks(rule);
    this.#options = options;
    this.#matches = new Spool(store, {
      encode: ({ entry, isCopy }) => `${isCopy ? 'c' : 'm'}${encodeSourced(entry)}`,
      decode: (line) => ({ entry: decodeSourced(line.slice(1)), isCopy: line.startsWith('c') }),
      weigh: ({ entry }) => MATCH_CHARS + 16 * (entry.match.distinct?.length ?? 0),
      ...limit,
    });
    this.#spans = new Spool(store, {
      encode: (span) => JSON.stringify(span),
      decode: (line) => JSON.parse(line) as CountedSpan,
      weigh: () => SPAN_CHARS,
      ...limit,
    });
    this.#memory = this.#startBucket();
  }

  /** Takes the next match of the bucket; copies follow what they copy. */
  async add(grouped: GroupedMatch): Promise<void> {
    const { entry, isCopy } = grouped;
    if (!isCopy) {
      const { time_ms: timeMs, place, distinct } = entry.match;
      await this.#keep(this.#memory.apply({ timeMs, place, distinct }));
    }
    const kept = this.#matches.add(grouped);
    if (kept !== null) await kept;
  }

  /** Ends the bucket, with what was decided on its matches in their order. The next match begins another. */
  async *finish(): AsyncGenerator<readonly DecidedMatch[]> {
    await this.#keep(this.#memory.finish());
    const reader = new BucketReader(this.#rule, this.#spans.batches(), {
      ...this.#options,
      suppression: this.#suppression,
    });
    for await (const batch of this.#matches.batches()) {
      const decided: DecidedMatch[] = [];
      for (const grouped of batch) decided.push(await reader.decide(grouped));
      yield decided;
    }
    await this.#matches.clear();
    await this.#spans.clear();
    this.#memory = this.#startBucket();
  }

  #startBucket(): ThresholdMemory {
    return new ThresholdMemory(this.#rule.threshold ?? { field: [], value: 1, cardinality: [] }, this.#ticks);
  }

  async #keep(spans: readonly CountedSpan[]): Promise<void> {
    for (const span of spans) {
      const kept = this.#spans.add(span);
      if (kept !== null) await kept;
    }
  }
}

/** The second reading of a bucket. Alerts begin and end in the order of the matches; few are open at the same time. */
class BucketReader {
  readonly #countsValues: boolean;
  readonly #options: BucketOptions;
  readonly #suppression: Suppression | null;
  readonly #spans: AsyncGenerator<CountedSpan>;
  #open: OpenAlert[] = [];
  #next: CountedSpan | null | undefined;
  #number = -1;
  #before: SourcedMatch | null = null;

  constructor(
    rule: Rule,
    spans: AsyncIterable<readonly CountedSpan[]>,
    options: BucketOptions & { readonly suppression: Suppression | null },
  ) {
    this.#suppression = options.suppression;
    this.#countsValues = (rule.threshold?.cardinality.length ?? 0) > 0;
    this.#options = options;
    this.#spans = flatten(spans);
  }

  async decide({ entry, isCopy }: GroupedMatch): Promise<DecidedMatch> {
    const before = this.#before;
    if (isCopy) return { entry, verdict: 'copy', before, buckets: [], spans: null, isEarlier: false };
    this.#before = entry;
    this.#number += 1;
    const { match } = entry;
    await this.#openUntil(match.time_ms);
    const isCounted = this.#open.some(({ span }) => match.place === 'range' || span.place === 'range');
    for (const alert of this.#open) {
      if (alert.span.place !== 'range') continue;
      alert.events += 1;
      alert.firstMs = Math.min(alert.firstMs, match.time_ms);
      if (alert.evidence.length < EVIDENCE_KEPT) alert.evidence.push(match.evidence);
      await alert.distinct?.add(match.distinct ?? []);
    }
    const buckets = await this.#closeAt(this.#number, match.time_ms);
    const raises = buckets.length > 0;
    if (raises && match.place === 'range') {
      return { entry, verdict: 'alert', before, buckets, spans: null, isEarlier: false };
    }
    const verdict = isCounted ? 'counted' : match.place === 'range' ? 'below' : 'history';
    return { entry, verdict, before, buckets, spans: null, isEarlier: raises };
  }

  async #openUntil(timeMs: number): Promise<void> {
    if (this.#next === undefined) await this.#advance();
    while (this.#next !== null && this.#next !== undefined && this.#next.fromMs <= timeMs) {
      const distinct = this.#countsValues ? new DistinctCount(this.#options.store, this.#options.memoryChars) : null;
      this.#open.push({ span: this.#next, evidence: [], distinct, events: 0, firstMs: timeMs });
      await this.#advance();
    }
  }

  async #advance(): Promise<void> {
    const next = await this.#spans.next();
    this.#next = next.done === true ? null : next.value;
  }

  async #closeAt(number: number, timeMs: number): Promise<readonly Bucket[]> {
    if (this.#open.length === 0) return [];
    const closed = this.#open.filter(({ span }) => span.last === number);
    this.#open = this.#open.filter(({ span }) => span.last !== number);
    const buckets: Bucket[] = [];
    for (const { span, evidence, distinct, events, firstMs } of closed) {
      // What one before the range counts is not told: all that matters is that it was raised, and when.
      if (span.place !== 'range' && this.#suppression?.mayHoldFromBefore(timeMs, span.tickMs) !== true) continue;
      const counted = distinct === null ? null : await distinct.finish();
      buckets.push({ tick_ms: span.tickMs, first_ms: firstMs, events, distinct: counted, evidence });
    }
    return buckets;
  }
}

async function* flatten<T>(batches: AsyncIterable<readonly T[]>): AsyncGenerator<T> {
  for await (const batch of batches) yield* batch;
}
