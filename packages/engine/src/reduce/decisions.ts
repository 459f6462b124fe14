// Every match with what its rule's memory said of it, for `coldhunt matches`: worked out again from the records that were used.

import { InputError, compareText, type RunStore } from '@coldhunt/core';
import type { Plan } from '../plan/output.ts';
import type { RunFile } from '../question/output.ts';
import { partitionKey, type Match } from '../scan/output.ts';
import { readCarried, relocateFor } from './carried.ts';
import { readState, resumptionsOf } from './carried-state.ts';
import { decide, type DecidedMatch } from './decide.ts';
import { liveDecisions, type LiveDecided } from './live/live-decisions.ts';
import { schedulesOf } from './live/schedules-of.ts';
import { mergeSorted } from './merge-sorted.ts';
import type { Decision } from './output.ts';
import { PartitionInput, type Relocate } from './reduce-partition.ts';
import type { SourcedMatch } from './sourced-match.ts';
import { suppressedDecisions } from './suppression/suppressed-decisions.ts';
import { suppressionsOf } from './suppression/suppressions-of.ts';
import { termlessInTime } from './termless-in-time.ts';
import { chooseRecords, takeRecords } from './used-records.ts';

/** Decisions by rule and terms, in time; those without terms last, in time too. Throws InputError RUN_UNFINISHED while the run has not been reduced. */
export async function* decisions(options: {
  readonly run: RunFile;
  readonly store: RunStore;
  readonly plan: Plan;
  readonly signal?: AbortSignal;
  readonly memoryChars?: number;
  /** Which are decided on; whoever leaves out others keeps all that share a memory, and gets no part in `max_signals` from them. Default: all. */
  readonly only?: (match: Match) => boolean;
}): AsyncGenerator<readonly Decision[]> {
  const { run, store, plan, signal, memoryChars, only } = options;
  const choice = await chooseRecords(store, run.generation);
  if (!choice.isFixed) throw new InputError('RUN_UNFINISHED', `${store.uri} has not been reduced yet`);
  const whole = { number: 0, of: 1 };
  const carried = await readCarried(store, run.question);
  const state = await readState(store, carried, run.question);
  const place = relocateFor(run.question);
  const relocate: Relocate =
    only === undefined ? place : (match, isCarried) => (only(match) ? place(match, isCarried) : null);
  const seen = new PartitionInput(store, whole, { memoryChars, relocate });
  const aside = new PartitionInput(store, whole, { memoryChars, relocate, takes: 'aside' });
  seen.addCarried(carried, run.question.watch);
  for await (const line of takeRecords(store, plan.lines(), choice)) {
    signal?.throwIfAborted();
    if (line.kind !== 'record') continue;
    await seen.add(line.record, line.path);
    await aside.add(line.record, line.path);
  }
  try {
    const rules = run.question.rules.map(({ rule }) => rule);
    const suppressions = suppressionsOf(run.question);
    const schedules = schedulesOf(run.question);
    const limits = only === undefined ? schedules : NO_LIMITS;
    const resumptions = resumptionsOf(run.question, state);
    const how = { rules, store, dedupe: run.question.options.dedupe, suppressions, schedules, resumptions };
    const own = (): AsyncIterable<readonly DecidedMatch[]> => decide(seen.sorter.sorted(), how);
    const decided = (): AsyncIterable<readonly LiveDecided[]> =>
      liveDecisions(own, { ...how, schedules: limits, memoryChars });
    const byRule = mergeSorted(
      [
        suppressedDecisions(decided, { ...how, openers: state.openers, memoryChars }),
        mapBatches(aside.sorter.sorted(), toAside),
      ],
      compareDecisions,
    );
    for await (const batch of termlessInTime(byRule, store, memoryChars)) {
      signal?.throwIfAborted();
      yield batch;
    }
  } finally {
    await seen.sorter.clear();
    await aside.sorter.clear();
  }
}

/** Without the matches that are left out `max_signals` cannot be told: what would be a candidate is told as an alert. */
const NO_LIMITS: ReturnType<typeof schedulesOf> = new Map();

function toAside({ match, source }: SourcedMatch): Decision {
  const verdict = match.aside?.kind === 'excepted' ? 'excepted' : 'unkeyed';
  return { match, source, verdict, before: null, suppression: null };
}

/** The order of reduction: copies keep the order in which they were decided. */
function compareDecisions({ match: a }: Decision, { match: b }: Decision): number {
  return (
    compareText(a.rule_id, b.rule_id) ||
    Number(a.terms === null) - Number(b.terms === null) ||
    compareText(partitionKey(a), partitionKey(b)) ||
    a.time_ms - b.time_ms
  );
}

async function* mapBatches<From, To>(
  batches: AsyncIterable<readonly From[]>,
  map: (item: From) => To,
): AsyncGenerator<readonly To[]> {
  for await (const batch of batches) yield batch.map(map);
}
