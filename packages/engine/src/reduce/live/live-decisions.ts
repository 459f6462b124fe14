// Decided matches of mode `parity` -> the same with what `max_signals` leaves of the alerts. They are decided twice: once for the
// executions, once to put each verdict in its place.

import type { DecidedMatch } from '../decide.ts';
import { AlertGatherer } from '../raised-alert.ts';
import { SpillSorter } from '../spill-sorter.ts';
import { createCandidateSorter, runExecutions, type ExecutionOptions } from './run-executions.ts';
import type { Candidate } from './survival-order.ts';

/** Which execution raised the alert of a match. */
interface Raising {
  readonly number: number;
  readonly tickMs: number;
}

/** A decision, with the execution that raised an alert. */
export type LiveDecided = DecidedMatch & { readonly tickMs: number | null };

/** `decided` gives the same matches each time. In mode `complete` they stay as they are. */
export async function* liveDecisions(
  decided: () => AsyncIterable<readonly DecidedMatch[]>,
  options: ExecutionOptions,
): AsyncGenerator<readonly LiveDecided[]> {
  if (options.schedules.size === 0) {
    for await (const batch of decided()) yield batch.map((match) => ({ ...match, tickMs: null }));
    return;
  }
  const raisings = await findRaisings(decided(), options);
  try {
    const next = flatten(raisings.sorted());
    let raising = await next.next();
    let number = -1;
    for await (const batch of decided()) {
      const told: LiveDecided[] = [];
      for (const match of batch) {
        number += 1;
        const ticks: number[] = [];
        while (raising.done !== true && raising.value.number === number) {
          ticks.push(raising.value.tickMs);
          raising = await next.next();
        }
        told.push(withRaising(match, ticks));
      }
      yield told;
    }
  } finally {
    await raisings.clear();
  }
}

/** `ticks`: the executions that raised it; of a threshold rule each for a bucket that it completes. */
function withRaising(match: DecidedMatch, ticks: readonly number[]): LiveDecided {
  const [tickMs] = ticks;
  const buckets = match.buckets.filter(({ tick_ms: own }) => ticks.includes(own));
  if (tickMs !== undefined) return { ...match, buckets, tickMs };
  return { ...match, buckets, verdict: match.verdict === 'alert' ? 'cut' : match.verdict, tickMs: null };
}

async function findRaisings(
  decided: AsyncIterable<readonly DecidedMatch[]>,
  options: ExecutionOptions,
): Promise<SpillSorter<Raising>> {
  const candidates = createCandidateSorter(options);
  const raisings = new SpillSorter<Raising>(options.store, {
    compare: (a, b) => a.number - b.number || a.tickMs - b.tickMs,
    encode: ({ number, tickMs }) => `${number} ${tickMs}`,
    decode: (line) => {
      const [number, tickMs] = line.split(' ');
      return { number: Number(number), tickMs: Number(tickMs) };
    },
    ...(options.memoryChars === undefined ? {} : { memoryChars: options.memoryChars }),
  });
  await gatherCandidates(decided, candidates);
  for await (const { executed } of runExecutions(candidates, options)) {
    for (const { number, tickMs } of executed.raised) await raisings.add({ number, tickMs });
  }
  await candidates.clear();
  return raisings;
}

async function gatherCandidates(
  decided: AsyncIterable<readonly DecidedMatch[]>,
  candidates: SpillSorter<Candidate>,
): Promise<void> {
  // Groups of alert suppression come later: each match is a candidate once.
  const gatherer = new AlertGatherer(new Map());
  let number = -1;
  let first = 0;
  const keep = async (alerts: ReturnType<AlertGatherer['finish']>): Promise<void> => {
    for (const alert of alerts) {
      for (const span of alert.spans ?? [])
        await candidates.add({ number: first, alert: { ...alert, spans: null }, span });
    }
  };
  for await (const batch of decided) {
    for (const match of batch) {
      number += 1;
      await keep(gatherer.take(match));
      if (match.verdict !== 'copy') first = number;
    }
  }
  await keep(gatherer.finish());
}

async function* flatten<T>(batches: AsyncIterable<readonly T[]>): AsyncGenerator<T> {
  for await (const batch of batches) yield* batch;
}
