// Runs a reduction, or a part of one, in a thread of its own. Ending the thread is safe at any moment: what it writes is written once, the rest anew.

import { Worker } from 'node:worker_threads';
import { InputError, InvariantError, TransientError, toAppError, type ErrorCode } from '@coldhunt/core';
import type { HuntPhase } from '@coldhunt/engine';
import type { NamedRun } from '@coldhunt/queue/open-job-run';
import type { ProcessConfig } from '@coldhunt/runtime';

export interface ReductionRequest {
  readonly config: ProcessConfig;
  readonly reference: NamedRun;
  readonly task: ReductionTask;
}

/** The whole reduction with its reports, which takes parts that stand as they are; or one part of it. */
type ReductionTask =
  | { readonly kind: 'hunt'; readonly startedAtMs: number; readonly partitions: number }
  | { readonly kind: 'part'; readonly number: number; readonly of: number };

export type FromReduction =
  | { readonly kind: 'phase'; readonly phase: HuntPhase }
  | { readonly kind: 'done'; readonly alerts: number | null; readonly isComplete: boolean | null }
  | { readonly kind: 'thrown'; readonly name: string; readonly code: ErrorCode; readonly message: string };

export interface ReductionContext {
  readonly signal: AbortSignal;
  readonly onPhase: (phase: HuntPhase) => void;
}

/** Throws what the reduction threw, the signal's reason, and TransientError when the thread died. */
export async function reduceInThread(
  request: ReductionRequest,
  { signal, onPhase }: ReductionContext,
): Promise<Extract<FromReduction, { kind: 'done' }>> {
  signal.throwIfAborted();
  const { promise, resolve, reject } = Promise.withResolvers<Extract<FromReduction, { kind: 'done' }>>();
  const worker = new Worker(new URL('reduce-thread.ts', import.meta.url), { workerData: request });
  const stop = (): void => reject(signal.reason);
  signal.addEventListener('abort', stop);
  worker.on('message', (message: FromReduction) => {
    if (message.kind === 'phase') onPhase(message.phase);
    else if (message.kind === 'done') resolve(message);
    else reject(revive(message));
  });
  worker.on('error', (error) => reject(died(toAppError(error).message)));
  worker.on('exit', (code) => reject(died(`it ended with code ${code}`)));
  try {
    return await promise;
  } finally {
    signal.removeEventListener('abort', stop);
    await worker.terminate();
  }
}

function died(reason: string): TransientError {
  return new TransientError('INTERRUPTED', `the thread that reduced the hunt died: ${reason}`);
}

function revive({ name, code, message }: Extract<FromReduction, { kind: 'thrown' }>): Error {
  if (name === 'InputError') return new InputError(code, message);
  if (name === 'TransientError') return new TransientError(code, message);
  return new InvariantError(code, message);
}
