// Candidates in the total order -> the alerts that the executions of their rules raise, in the total order again. `max_signals` needs all
// terms of an execution together: they are sorted by rule and execution, whatever partition they come from.

import { mergeSorted } from '../merge-sorted.ts';
import { compareRaised, decodeRaised, encodeRaised, type RaisedAlert } from '../raised-alert.ts';
import { SpillSorter } from '../spill-sorter.ts';
import { createCandidateSorter, runExecutions, type ExecutionOptions } from './run-executions.ts';

interface LimitedCounts {
  /** Candidates in the range. */
  candidates: number;
  /** How many of them were raised. */
  raised: number;
  first_cut: string | null;
}

export interface LimitedAlerts {
  /** Alerts in the range and unkeyed events, in the total order; may be read again. */
  readonly raised: () => AsyncIterable<readonly RaisedAlert[]>;
  /** By rule id. */
  readonly counts: ReadonlyMap<string, Readonly<LimitedCounts>>;
  /** Removes what was spilled. */
  clear(): Promise<void>;
}

/** `raised`: alerts and unkeyed events in the total order. In mode `complete` they stay as they are. */
export async function limitSignals(
  raised: () => AsyncIterable<readonly RaisedAlert[]>,
  options: ExecutionOptions,
): Promise<LimitedAlerts> {
  const { store, schedules, signal, memoryChars } = options;
  if (schedules.size === 0) return { raised, counts: new Map(), clear: async () => {} };
  const limit = memoryChars === undefined ? {} : { memoryChars };
  const counts = new Map(
    options.rules.map(({ rule_id }) => [rule_id, { candidates: 0, raised: 0, first_cut: null } as LimitedCounts]),
  );
  const candidates = createCandidateSorter(options);
  const alerts = new SpillSorter<RaisedAlert>(store, {
    compare: compareRaised,
    encode: encodeRaised,
    decode: decodeRaised,
    ...limit,
  });
  try {
    for await (const batch of raised()) {
      signal?.throwIfAborted();
      for (const alert of batch) {
        if (alert.kind !== 'alert') continue;
        const count = counts.get(alert.match.rule_id);
        if (count !== undefined && alert.match.place === 'range') count.candidates += 1;
        for (const span of alert.spans ?? [])
          await candidates.add({ number: 0, alert: { ...alert, spans: null }, span });
      }
    }
    for await (const { ruleId, executed } of runExecutions(candidates, options)) {
      const count = counts.get(ruleId) as LimitedCounts;
      if (executed.leftOut > 0) count.first_cut ??= new Date(executed.tickMs).toISOString();
      for (const { alert, tickMs } of executed.raised) {
        const isReported = alert.match.place === 'range';
        if (isReported) count.raised += 1;
        // One outside the range may hold one in it.
        if (isReported || alert.group !== null) await alerts.add({ ...alert, tickMs });
      }
    }
  } finally {
    await candidates.clear();
  }
  return {
    raised: () => mergeSorted([unkeyed(raised()), alerts.sorted()], compareRaised),
    counts,
    clear: () => alerts.clear(),
  };
}

async function* unkeyed(raised: AsyncIterable<readonly RaisedAlert[]>): AsyncGenerator<readonly RaisedAlert[]> {
  for await (const batch of raised) yield batch.filter(({ kind }) => kind === 'unkeyed');
}
