// A worker thread that reduces one hunt and writes its reports, or reduces one part of it. Sorting and rendering never stand in the way of locks and progress.

import { parentPort, workerData } from 'node:worker_threads';
import { InvariantError, toAppError } from '@coldhunt/core';
import {
  compileQuestionRules,
  finishHunt,
  reduceOnePartition,
  type HuntPhase,
  type HuntResult,
} from '@coldhunt/engine';
import { withHunt, type OpenHunt } from './open-hunt.ts';
import type { FromReduction, ReductionRequest } from './reduce-in-thread.ts';

if (parentPort === null) throw new InvariantError('INVARIANT', 'reduce-thread.ts runs as a worker thread only');
const port = parentPort;
const { config, reference, task } = workerData as ReductionRequest;

try {
  const result = await withHunt(reference, config, reduce);
  say({ kind: 'done', alerts: result?.summary.alerts.count ?? null, isComplete: result?.coverage.complete ?? null });
} catch (error) {
  const { name, code, message } = toAppError(error);
  say({ kind: 'thrown', name, code, message });
}

async function reduce({ run, store, plan }: OpenHunt): Promise<HuntResult | null> {
  const rules = compileQuestionRules(run.question);
  if (task.kind === 'part') {
    await reduceOnePartition({ run, store, plan, rules }, { number: task.number, of: task.of });
    return null;
  }
  const { startedAtMs, partitions } = task;
  const onPhase = (phase: HuntPhase): void => say({ kind: 'phase', phase });
  return finishHunt(plan, { run, store, rules, partitions, startedAtMs, onPhase });
}

function say(message: FromReduction): void {
  port.postMessage(message);
}
