// Executes targets one after another, each for its share of the time, and tells what it did and found.

import { parentPort, workerData } from 'node:worker_threads';
import { inputOf, problemOf } from './execute.ts';
import { allTargets } from './targets/all-targets.ts';

export interface FuzzWork {
  readonly seed: number;
  /** Null: all. */
  readonly target: string | null;
  /** Of each target. */
  readonly shareMs: number;
  /** The first target to be executed, and the number of its first execution. */
  readonly from: { readonly index: number; readonly number: number };
  /** The same of the execution under way: who waits sees one that does not end. -1: none yet. */
  readonly counter: Int32Array<SharedArrayBuffer>;
}

export type FuzzNews =
  | { readonly kind: 'found'; readonly target: string; readonly number: number; readonly problem: string }
  | { readonly kind: 'executed'; readonly target: string; readonly executions: number }
  | { readonly kind: 'done' };

/** Of one target: the same fault comes again and again. */
const MOST_FOUND = 3;

const work = workerData as FuzzWork;
const targets = (await allTargets()).filter(({ name }) => work.target === null || name === work.target);

for (let index = work.from.index; index < targets.length; index += 1) {
  const target = targets[index];
  if (target === undefined) break;
  const until = Date.now() + work.shareMs;
  const first = index === work.from.index ? work.from.number : 0;
  let number = first;
  for (let found = 0; found < MOST_FOUND && Date.now() < until; number += 1) {
    Atomics.store(work.counter, 0, index);
    Atomics.store(work.counter, 1, number);
    const problem = await problemOf(target, inputOf(target, work.seed, number));
    if (problem === null) continue;
    found += 1;
    tell({ kind: 'found', target: target.name, number, problem });
  }
  tell({ kind: 'executed', target: target.name, executions: number - first });
}
tell({ kind: 'done' });

function tell(news: FuzzNews): void {
  // The empty list of what is transferred tells the linter that this is no window.
  parentPort?.postMessage(news, []);
}
