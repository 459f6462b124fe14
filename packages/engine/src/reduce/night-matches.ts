// The matches that a reduced night rests on, for what follows its reduction: the memory that it leaves, late events, corrections.

import { InputError, type RunStore } from '@coldhunt/core';
import type { Plan } from '../plan/output.ts';
import type { RunFile } from '../question/output.ts';
import { readCarried } from './carried.ts';
import { PartitionInput, type Relocate } from './reduce-partition.ts';
import { chooseRecords, takeRecords } from './used-records.ts';

export interface NightOptions {
  readonly run: RunFile;
  readonly store: RunStore;
  readonly plan: Plan;
  readonly signal?: AbortSignal;
  readonly memoryChars?: number;
}

export interface NightMatchesOptions extends NightOptions {
  readonly relocate: Relocate | null;
  /** Whether what earlier nights left is among them. */
  readonly withCarried: boolean;
}

const WHOLE = { number: 0, of: 1 };

/** Whoever takes them clears the sorter. Throws InputError RUN_UNFINISHED before the reduction, RUN_DAMAGED. */
export async function nightMatches(options: NightMatchesOptions): Promise<PartitionInput> {
  const { run, store, plan, signal, memoryChars, relocate } = options;
  const choice = await chooseRecords(store, run.generation);
  if (!choice.isFixed) throw new InputError('RUN_UNFINISHED', `${store.uri} has not been reduced yet`);
  const input = new PartitionInput(store, WHOLE, { memoryChars, relocate });
  const carried = options.withCarried ? await readCarried(store, run.question) : null;
  input.addCarried(carried, run.question.watch);
  for await (const line of takeRecords(store, plan.lines(), choice)) {
    signal?.throwIfAborted();
    if (line.kind === 'record') await input.add(line.record, line.path);
  }
  return input;
}
