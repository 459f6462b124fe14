// The ledger's records, reduced once more beside the run: alerts, coverage and counts must come out as they stand, byte for byte.

import { createHash } from 'node:crypto';
import { AppError, type RunStore } from '@coldhunt/core';
import type { CompiledRule } from '@coldhunt/rules';
import type { Plan } from '../plan/output.ts';
import type { RunFile } from '../question/output.ts';
import type { ReduceDone } from '../reduce/output.ts';
import { reduceHunt } from '../reduce/reduce-hunt.ts';
import { encodeCoverage } from '../report/write-reports.ts';
import type { Tell } from './finding.ts';
import { createShadowStore } from './shadow-store.ts';

export interface CheckAnswerOptions {
  readonly run: RunFile;
  readonly rules: readonly CompiledRule[];
  readonly store: RunStore;
  readonly plan: Plan;
  readonly done: ReduceDone;
  readonly scratch: RunStore;
  readonly tell: Tell;
  readonly signal?: AbortSignal | undefined;
}

const EVENT_FILES = ['alerts.ndjson', 'unkeyed.ndjson', 'skewed.ndjson'] as const;

export async function checkAnswer(options: CheckAnswerOptions): Promise<void> {
  const { run, rules, store, plan, done, scratch, tell, signal } = options;
  const shadow = createShadowStore(store, scratch);
  let again: Awaited<ReturnType<typeof reduceHunt>>;
  try {
    again = await reduceHunt({
      run,
      rules,
      store: shadow,
      plan,
      isFinal: true,
      ...(signal === undefined ? {} : { signal }),
    });
  } catch (error) {
    // A sum that does not hold, or a file that is not what it says: the stage names it.
    if (!(error instanceof AppError) || signal?.aborted === true) throw error;
    tell({ check: 'sum', state: 'wrong', where: store.uri, message: error.message });
    return;
  }
  const wrong = (where: string, message: string): void => tell({ check: 'sum', state: 'wrong', where, message });
  const standing = await store.get('coverage.json');
  if (standing === null || !Buffer.from(standing).equals(encodeCoverage(run, again.coverage))) {
    wrong('coverage.json', 'the records of the run add up to another coverage');
  }
  if (JSON.stringify(again.done) !== JSON.stringify(done)) {
    wrong('reduce/done.json', 'the records of the run come to other counts or alerts');
  }
  for (const path of EVENT_FILES) {
    const [ours, theirs] = await Promise.all([hashOf(shadow, path), hashOf(store, path)]);
    if (ours !== theirs) wrong(path, theirs === null ? 'it is gone' : 'the records of the run give other lines');
  }
}

/** SHA-256 of a file; null when there is none. */
async function hashOf(store: RunStore, path: string): Promise<string | null> {
  const hash = createHash('sha256');
  try {
    for await (const chunk of store.stream(path)) hash.update(chunk);
  } catch (error) {
    if (error instanceof AppError && error.code === 'RUN_INVALID') return null;
    throw error;
  }
  return hash.digest('hex');
}
