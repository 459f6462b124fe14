// The second reading of a bucket: its matches once more, with the alerts that count them.

import type { RunStore } from '@coldhunt/core';
import type { Rule } from '@coldhunt/rules';
import type { Suppression } from '../../question/output.ts';
import type { Evidence } from '../../scan/output.ts';
import type { DecidedMatch } from '../decide.ts';
import type { GroupedMatch } from '../group-copies.ts';
import type { Bucket } from '../output.ts';
import type { SourcedMatch } from '../sourced-match.ts';
import { DistinctCount } from './distinct-count.ts';
import type { CountedSpan } from './threshold-memory.ts';

const EVIDENCE_KEPT = 1_000;

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
  multiValued: number;
  firstMs: number;
}

/** The second reading of a bucket. Alerts begin and end in the order of the matches; few are open at the same time. */
export class BucketReader {
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

  /** `arrivesAt`: mode `parity`, the first execution that can see the event; those before it do not count it. */
  async decide({ entry, isCopy }: GroupedMatch, arrivesAt = Number.NEGATIVE_INFINITY): Promise<DecidedMatch> {
    const before = this.#before;
    if (isCopy) return { entry, verdict: 'copy', before, buckets: [], spans: null, isEarlier: false };
    this.#before = entry;
    this.#number += 1;
    const { match } = entry;
    await this.#openUntil(match.time_ms);
    const seeing = this.#open.filter(({ span }) => span.tickMs >= arrivesAt);
    const isCounted = seeing.some(({ span }) => match.place === 'range' || span.place === 'range');
    const isMultiple = match.bucket_count !== undefined;
    const multi = isMultiple && seeing.length > 0 ? ({ isMultiCounted: true } as const) : {};
    for (const alert of seeing) {
      alert.firstMs = Math.min(alert.firstMs, match.time_ms);
      if (alert.span.place !== 'range') continue;
      alert.events += 1;
      if (isMultiple) alert.multiValued += 1;
      if (alert.evidence.length < EVIDENCE_KEPT) alert.evidence.push(match.evidence);
      await alert.distinct?.add(match.distinct ?? []);
    }
    const buckets = await this.#closeAt(this.#number, match.time_ms);
    const raises = buckets.length > 0;
    if (raises && match.place === 'range') {
      return { entry, verdict: 'alert', before, buckets, spans: null, isEarlier: false, ...multi };
    }
    const verdict = isCounted ? 'counted' : match.place === 'range' ? 'below' : 'history';
    return { entry, verdict, before, buckets, spans: null, isEarlier: raises, ...multi };
  }

  async #openUntil(timeMs: number): Promise<void> {
    if (this.#next === undefined) await this.#advance();
    while (this.#next !== null && this.#next !== undefined && this.#next.fromMs <= timeMs) {
      const distinct = this.#countsValues ? new DistinctCount(this.#options.store, this.#options.memoryChars) : null;
      const counts = { events: 0, multiValued: 0, firstMs: Number.POSITIVE_INFINITY };
      this.#open.push({ span: this.#next, evidence: [], distinct, ...counts });
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
    for (const { span, evidence, distinct, events, multiValued, firstMs } of closed) {
      // What one before the range counts is not told: all that matters is that it was raised, and when.
      if (span.place !== 'range' && this.#suppression?.mayHoldFromBefore(timeMs, span.tickMs) !== true) continue;
      const counted = distinct === null ? null : await distinct.finish();
      const multi = multiValued === 0 ? {} : { multi_valued: multiValued };
      buckets.push({ tick_ms: span.tickMs, first_ms: firstMs, events, distinct: counted, ...multi, evidence });
    }
    return buckets;
  }
}

async function* flatten<T>(batches: AsyncIterable<readonly T[]>): AsyncGenerator<T> {
  for await (const batch of batches) yield* batch;
}
