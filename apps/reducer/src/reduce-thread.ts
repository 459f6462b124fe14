// A worker thread that reduces one hunt and writes its reports. Sorting and rendering never stand in the way of locks and progress.

import { parentPort, workerData } from 'node:worker_threads';
import { InvariantError, toAppError } from '@coldhunt/core';
import { compileQuestionRules, finishHunt } from '@coldhunt/engine';
import { withHunt } from './open-hunt.ts';
import type { FromReduction, ReductionRequest } from './reduce-in-thread.ts';

if (parentPort === null) throw new InvariantError('INVARIANT', 'reduce-thread.ts runs as a worker thread only');
const port = parentPort;
const { config, reference, startedAtMs, partitions } = workerData as ReductionRequest;

try {
  const result = await withHunt(reference, config, ({ run, store, plan }) =>
    finishHunt(plan, {
      run,
      store,
      rules: compileQuestionRules(run.question),
      partitions,
      startedAtMs,
      onPhase: (phase) => say({ kind: 'phase', phase }),
    }),
  );
  say({
    kind: 'done',
    alerts: result?.summary.alerts.count ?? null,
    isComplete: result?.coverage.complete ?? null,
  });
} catch (error) {
  const { name, code, message } = toAppError(error);
  say({ kind: 'thrown', name, code, message });
}

function say(message: FromReduction): void {
  port.postMessage(message);
}
