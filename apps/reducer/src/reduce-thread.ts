// A worker thread that reduces one hunt and writes its reports, or reduces one part of it. Sorting and rendering never stand in the way of locks and progress.

import { parentPort, workerData } from 'node:worker_threads';
import { InvariantError, damagedPath, toAppError } from '@coldhunt/core';
import { openSpillRunStore } from '@coldhunt/archive';
import {
  SPILL_PREFIX,
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
const { config, reference, task, limits } = workerData as ReductionRequest;

try {
  const result = await withHunt(reference, config, reduce);
  say({ kind: 'done', summary: result?.summary ?? null });
} catch (error) {
  const { name, code, message } = toAppError(error);
  say({ kind: 'thrown', name, code, message, path: damagedPath(error) });
}

async function reduce({ run, store: folder, plan }: OpenHunt): Promise<HuntResult | null> {
  const { spillDir, maxSpill, memory } = limits;
  const store = openSpillRunStore(folder, { prefix: SPILL_PREFIX, folder: spillDir, maxBytes: maxSpill });
  const sorts = memory === null ? {} : { memoryChars: memory.sortChars };
  const rules = compileQuestionRules(run.question);
  if (task.kind === 'part') {
    await reduceOnePartition({ run, store, plan, rules, ...sorts }, { number: task.number, of: task.of });
    return null;
  }
  const { startedAtMs, partitions } = task;
  const onPhase = (phase: HuntPhase): void => say({ kind: 'phase', phase });
  return finishHunt(plan, { run, store, rules, partitions, startedAtMs, onPhase, ...sorts });
}

function say(message: FromReduction): void {
  port.postMessage(message);
}
