// When an event is a candidate for an alert of the live rule: what its executions hand to `max_signals`.

/** Executions one after the other at which an event would be raised, if it was not before. Both ends included. */
export interface CandidateSpan {
  readonly firstTick: number;
  /** Infinite where every later execution looks at the event too. */
  readonly lastTick: number;
  /** Events with the same terms that these executions see: by their number a rule with one field orders its terms. */
  readonly events: number;
}

/** An event as a simulation sees it; copies are one. */
export interface LiveEvent {
  /** Its place among the events of its terms in the total order: of two at one instant the lower is first. */
  readonly number: number;
  readonly timeMs: number;
  /** The first execution that can see it. */
  readonly arrivesAt: number;
  /** The first execution that no longer raises it; not after `arrivesAt` where none ever could. */
  readonly leavesAt: number;
}

/** What an event was a candidate for. */
export interface EventSpan extends CandidateSpan {
  readonly number: number;
}

/** Events with the same terms, in the order in which they arrive -> their spans, when they are settled. */
export interface LiveSimulation {
  apply(event: LiveEvent): readonly EventSpan[];
  finish(): readonly EventSpan[];
}

/** Of an event that no execution could raise: told beside the spans of its term. */
export function missed({ number }: Pick<LiveEvent, 'number'>): EventSpan {
  return { number, firstTick: 0, lastTick: 0, events: 0 };
}

export function isMissed({ events }: CandidateSpan): boolean {
  return events === 0;
}

/** What of the span lies in the executions that are simulated, [firstTick, endTick); null: nothing. */
export function clipSpan(
  span: CandidateSpan,
  {
    firstTick,
    endTick,
    intervalMs,
  }: { readonly firstTick: number; readonly endTick: number; readonly intervalMs: number },
): CandidateSpan | null {
  const first = Math.max(span.firstTick, firstTick);
  const last = Math.min(span.lastTick, endTick - intervalMs);
  return first <= last ? { ...span, firstTick: first, lastTick: last } : null;
}

/** An execution as JSON has it: none is infinite there. */
export function encodeTick(tick: number): number | null {
  return Number.isFinite(tick) ? tick : null;
}

export function decodeTick(tick: number | null): number {
  return tick ?? Number.POSITIVE_INFINITY;
}

/** As they stand in a file; null: there are none. */
export function encodeSpans(spans: readonly CandidateSpan[] | null): readonly object[] | null {
  return spans?.map((span) => ({ ...span, lastTick: encodeTick(span.lastTick) })) ?? null;
}

export function decodeSpans(spans: readonly CandidateSpan[] | null): readonly CandidateSpan[] | null {
  return spans?.map((span) => ({ ...span, lastTick: decodeTick(span.lastTick) })) ?? null;
}
