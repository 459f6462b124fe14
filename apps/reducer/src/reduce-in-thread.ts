// Runs a reduction, or a part of one, in a thread of its own. Ending the thread is safe at any moment: what it writes is written once, the rest anew.

import { randomUUID } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { resolve as resolvePath } from 'node:path';
import { Worker } from 'node:worker_threads';
import { AppError, InputError, InvariantError, TransientError, toAppError, type ErrorCode } from '@coldhunt/core';
import type { HuntPhase, SummaryFile } from '@coldhunt/engine';
import type { NamedRun } from '@coldhunt/queue/open-job-run';
import type { ProcessConfig, ReductionShares } from '@coldhunt/runtime';

export interface ReductionRequest {
  readonly config: ProcessConfig;
  readonly reference: NamedRun;
  readonly task: ReductionTask;
  readonly limits: ReductionLimits;
}

/** What a reduction may take of this machine. */
export interface ReductionLimits {
  /** null: nothing is said. */
  readonly memory: ReductionShares | null;
  /** Where sorts put what does not fit into memory; null: into the run folder. */
  readonly spillDir: string | null;
  /** Bytes that may lie there at a time; null: as many as there is room for. */
  readonly maxSpill: number | null;
}

/** The whole reduction with its reports, which takes parts that stand as they are; or one part of it. */
type ReductionTask =
  | { readonly kind: 'hunt'; readonly startedAtMs: number; readonly partitions: number }
  | { readonly kind: 'part'; readonly number: number; readonly of: number };

export type FromReduction =
  | { readonly kind: 'phase'; readonly phase: HuntPhase }
  /** null: of a part, or of a hunt that is finished already. */
  | { readonly kind: 'done'; readonly summary: SummaryFile | null }
  | {
      readonly kind: 'thrown';
      readonly name: string;
      readonly code: ErrorCode;
      readonly message: string;
      /** Of the run folder, where a file of it is damaged. */
      readonly path: string | null;
    };

export interface ReductionContext {
  readonly signal: AbortSignal;
  readonly onPhase: (phase: HuntPhase) => void;
}

/** Throws what the reduction threw, the signal's reason, MEMORY_FULL when its heap did not do, and TransientError when the thread died. */
export async function reduceInThread(
  request: ReductionRequest,
  { signal, onPhase }: ReductionContext,
): Promise<Extract<FromReduction, { kind: 'done' }>> {
  signal.throwIfAborted();
  const { promise, resolve, reject } = Promise.withResolvers<Extract<FromReduction, { kind: 'done' }>>();
  const { memory, spillDir } = request.limits;
  // A folder of this reduction's own: what its thread leaves there when it dies goes with it.
  const spills = spillDir === null ? null : resolvePath(request.config.cwd, spillDir, `coldhunt-spill-${randomUUID()}`);
  const workerData: ReductionRequest = { ...request, limits: { ...request.limits, spillDir: spills } };
  const worker = new Worker(new URL('reduce-thread.ts', import.meta.url), {
    workerData,
    ...(memory === null ? {} : { resourceLimits: { maxOldGenerationSizeMb: memory.heapMb } }),
  });
  const stop = (): void => reject(signal.reason);
  signal.addEventListener('abort', stop);
  worker.on('message', (message: FromReduction) => {
    if (message.kind === 'phase') onPhase(message.phase);
    else if (message.kind === 'done') resolve(message);
    else reject(revive(message));
  });
  worker.on('error', (error: Error) => {
    const isFull = 'code' in error && error.code === 'ERR_WORKER_OUT_OF_MEMORY' && memory !== null;
    reject(isFull ? full(memory) : died(toAppError(error).message));
  });
  worker.on('exit', (code) => reject(died(`it ended with code ${code}`)));
  try {
    return await promise;
  } finally {
    signal.removeEventListener('abort', stop);
    await worker.terminate();
    if (spills !== null) await rm(spills, { recursive: true, force: true });
  }
}

function full({ heapMb }: ReductionShares): AppError {
  return new AppError(
    'MEMORY_FULL',
    `reducing needs more than the heap of ${heapMb} MiB that --memory leaves it: raise --memory`,
    { details: { heapMb } },
  );
}

function died(reason: string): TransientError {
  return new TransientError('INTERRUPTED', `the thread that reduced the hunt died: ${reason}`);
}

function revive({ name, code, message, path }: Extract<FromReduction, { kind: 'thrown' }>): Error {
  if (name === 'InputError') return new InputError(code, message, path === null ? {} : { details: { path } });
  if (name === 'TransientError') return new TransientError(code, message);
  return new InvariantError(code, message);
}
