// The files between the processes of a run, each read to its end: seals, hashes and names must hold.

import { InvariantError, toAppError, type RunStore } from '@coldhunt/core';
import type { Plan } from '../plan/output.ts';
import type { RunFile } from '../question/output.ts';
import { chooseRecords, takeRecord } from '../reduce/used-records.ts';
import { readMatchesWhole } from '../scan/output.ts';
import type { Tell } from './finding.ts';

export interface CheckRecordsOptions {
  readonly run: RunFile;
  readonly store: RunStore;
  readonly plan: Plan;
  readonly tell: Tell;
  readonly signal?: AbortSignal | undefined;
}

/** Gives how many records hold, with the matches that they name. */
export async function checkRecords(options: CheckRecordsOptions): Promise<number> {
  const { run, store, plan, tell, signal } = options;
  const choice = await chooseRecords(store, run.generation);
  let held = 0;
  for await (const line of plan.lines()) {
    signal?.throwIfAborted();
    if (line.kind === 'skipped') continue;
    try {
      const taken = await takeRecord(store, line, choice);
      if (taken.kind === 'record' && taken.record.stored.kind === 'files') {
        for (const file of taken.record.stored.files) await readMatchesWhole(store, file);
      }
      held += 1;
    } catch (error) {
      const known = toAppError(error);
      // A record that does not account for its shard is what is looked for here; anything else that should not be is a bug.
      if (known instanceof InvariantError && known.cause !== undefined) throw known;
      tell({
        check: known instanceof InvariantError ? 'sum' : 'file',
        state: 'wrong',
        where: line.shard.id,
        message: known.message,
      });
    }
  }
  return held;
}
