// A place where alerts and corrections go. Whoever delivers does so at least once and in order; an id says what was delivered before.

import type { Document } from '@coldhunt/core';

/** What a sink is told: an alert as it was raised, or what late events have made of one. */
export interface Delivery {
  /** The same whenever it is delivered again. */
  readonly id: string;
  readonly kind: 'alert' | 'added' | 'superseded' | 'withdrawn';
  /** Of the alert that stands; absent: it was withdrawn. */
  readonly alert?: Document;
  /** The id of the alert that does not stand any more. */
  readonly old_uuid?: string;
  /** Of a correction. */
  readonly why?: string;
}

/** What one night has to tell. */
export interface Batch {
  /** The same whenever it is delivered again. */
  readonly id: string;
  /** ISO instants, [from, to). */
  readonly from: string;
  readonly to: string;
  /** `false`: something of it was not examined. */
  readonly complete: boolean;
  /** The night in one sentence or more. */
  readonly verdict: string;
  /** How many deliveries there are. */
  readonly total: number;
  /** May be read more than once. */
  deliveries(): AsyncIterable<Delivery>;
}

/** A delivery that the other side will never take, and why. */
export interface Rejected {
  readonly delivery: Delivery;
  readonly reason: string;
}

export interface Sink {
  readonly name: string;
  /**
   * Gives the batch; `rejected` gets what can never be delivered. Throws TransientError SINK_UNAVAILABLE when the other side is down or
   * does not answer: nothing is lost then, the batch comes again.
   */
  deliver(batch: Batch, rejected: (rejected: Rejected) => Promise<void>, signal?: AbortSignal): Promise<void>;
}
