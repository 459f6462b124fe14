// Every match with what its rule's memory said of it, for `coldhunt matches`: worked out again from the records that were used.

import { InputError, type RunStore } from '@coldhunt/core';
import type { Plan } from '../plan/output.ts';
import type { RunFile } from '../question/output.ts';
import { decide, toDecision } from './decide.ts';
import type { Decision } from './output.ts';
import { PartitionInput } from './reduce-partition.ts';
import { chooseRecords, takeRecords } from './used-records.ts';

/** Decisions by rule and terms, in time. Throws InputError RUN_UNFINISHED while the run has not been reduced. */
export async function* decisions(options: {
  readonly run: RunFile;
  readonly store: RunStore;
  readonly plan: Plan;
  readonly signal?: AbortSignal;
  readonly memoryChars?: number;
}): AsyncGenerator<readonly Decision[]> {
  const { run, store, plan, signal, memoryChars } = options;
  const choice = await chooseRecords(store, run.generation);
  if (!choice.isFixed) throw new InputError('RUN_UNFINISHED', `${store.uri} has not been reduced yet`);
  const input = new PartitionInput(store, { number: 0, of: 1 }, memoryChars);
  for await (const line of takeRecords(store, plan.lines(), choice)) {
    signal?.throwIfAborted();
    if (line.kind === 'record') await input.add(line.record, line.path);
  }
  try {
    const rules = run.question.rules.map(({ rule }) => rule);
    for await (const batch of decide(input.sorter.sorted(), { rules, store, dedupe: run.question.options.dedupe })) {
      signal?.throwIfAborted();
      yield batch.map(toDecision);
    }
  } finally {
    await input.sorter.clear();
  }
}
