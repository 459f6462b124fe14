// The matches of one bucket -> what became of each. They are counted as they come and spooled; when the bucket ends, the alerts are
// known, and the matches are read once more: which alert counts each, and the first evidence of each alert.

import type { Rule } from '@coldhunt/rules';
import { compileTicks, type Suppression, type Ticks } from '../../question/output.ts';
import { partitionKey } from '../../scan/output.ts';
import type { DecidedMatch } from '../decide.ts';
import type { GroupedMatch } from '../group-copies.ts';
import { decodeSourced, encodeSourced } from '../sourced-match.ts';
import { BucketReader, type BucketOptions } from './read-bucket.ts';
import { Spool } from './spool.ts';
import { ThresholdMemory, type BucketEdges, type CountedSpan } from './threshold-memory.ts';

/** Roughly what a match takes in memory beside its lists. */
const MATCH_CHARS = 1_024;
const SPAN_CHARS = 64;

/** Where the buckets of a rule are gone on with, by their keys, and where what they leave goes. */
export interface BucketResumption {
  edgesOf(key: string): BucketEdges;
  /** Takes the last event of a bucket's last settled alert, in the order of the buckets. */
  leave?(key: string, alertedMs: number): void;
}

/** Decides on the buckets of one rule, one after the other. */
export class BucketDecider {
  readonly #rule: Rule;
  readonly #suppression: Suppression | null;
  readonly #ticks: Ticks;
  readonly #options: BucketOptions;
  readonly #matches: Spool<GroupedMatch>;
  readonly #spans: Spool<CountedSpan>;
  readonly #resumption: BucketResumption | null;
  #bucket: { readonly key: string; readonly memory: ThresholdMemory } | null = null;

  /** `suppression`: which alerts before the range are told. `resumption`: null: every bucket was empty before its first event. */
  constructor(
    rule: Rule,
    suppression: Suppression | null,
    options: BucketOptions & { readonly resumption?: BucketResumption | null },
  ) {
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
    this.#resumption = options.resumption ?? null;
  }

  /** Takes the next match of the bucket; copies follow what they copy. */
  async add(grouped: GroupedMatch): Promise<void> {
    const { entry, isCopy } = grouped;
    this.#bucket ??= this.#startBucket(partitionKey(entry.match));
    if (!isCopy) {
      const { time_ms: timeMs, place, distinct } = entry.match;
      await this.#keep(this.#bucket.memory.apply({ timeMs, place, distinct }));
    }
    const kept = this.#matches.add(grouped);
    if (kept !== null) await kept;
  }

  /** Ends the bucket, with what was decided on its matches in their order. The next match begins another. */
  async *finish(): AsyncGenerator<readonly DecidedMatch[]> {
    const bucket = this.#bucket;
    if (bucket === null) return;
    await this.#keep(bucket.memory.finish());
    const { left } = bucket.memory;
    if (left !== null) this.#resumption?.leave?.(bucket.key, left);
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
    this.#bucket = null;
  }

  #startBucket(key: string): { readonly key: string; readonly memory: ThresholdMemory } {
    const threshold = this.#rule.threshold ?? { field: [], value: 1, cardinality: [] };
    return { key, memory: new ThresholdMemory(threshold, this.#ticks, this.#resumption?.edgesOf(key) ?? null) };
  }

  async #keep(spans: readonly CountedSpan[]): Promise<void> {
    for (const span of spans) {
      const kept = this.#spans.add(span);
      if (kept !== null) await kept;
    }
  }
}
