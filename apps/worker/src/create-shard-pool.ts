// Worker threads that scan shards: `coldhunt scan` uses them as they are, `coldhunt worker` behind a queue.
//
// thread    becomes idle by       becomes busy by      is dropped by
// idle      -                     the oldest waiting   its death
// busy      read, done, thrown    -                    its death, or an abort that it does not answer in time
// An idle thread may still write what it read last. A shard is aborted by its signal, and when its time is up.
// A dropped thread rejects its shards and is replaced when there is work.

import { Worker } from 'node:worker_threads';
import { TransientError, toAppError, type AppError } from '@coldhunt/core';
import type { ScanProgress, Shard } from '@coldhunt/engine';
import type { ProcessConfig } from '@coldhunt/runtime';
import {
  reviveError,
  type FromThread,
  type RunReference,
  type ScanRequest,
  type ShardOutcome,
  type ShardReference,
  type ToThread,
} from './thread-protocol.ts';

export interface ShardPoolOptions {
  readonly threads: number;
  readonly config: ProcessConfig;
  readonly onProgress?: (progress: ScanProgress) => void;
  /** The storage asked a thread to slow down. */
  readonly onThrottled?: () => void;
  /** Old-space limit of a thread in MB: a shard that would take more dies with its thread, not with the process. Default 512. */
  readonly threadMemoryMb?: number;
  /** Starts the first thread at once, not with the first shard: it loads its code while the caller plans. Default false. */
  readonly startsEarly?: boolean;
  /** How long a thread may go on after an abort before it is ended. Default 5,000. */
  readonly abortGraceMs?: number;
}

export interface RunShardOptions {
  readonly run: RunReference;
  readonly attempt: number;
  readonly isLastAttempt: boolean;
  /** The caller waits out throttling and comes again: it is thrown even at the last attempt. Default false. */
  readonly waitsWhenThrottled?: boolean;
  readonly signal?: AbortSignal | undefined;
  /** A shard that no thread has begun when it is aborted is thrown back, with its reason. */
  readonly draining?: AbortSignal | undefined;
  readonly onProgress?: (progress: ScanProgress) => void;
}

export interface ShardPool {
  readonly threads: number;
  /**
   * Waits for a free thread, scans, and gives what was written. Throws what the scan threw, the signal's reason, and SHARD_GAVE_UP when
   * the thread died.
   */
  runShard(shard: Shard | ShardReference, options: RunShardOptions): Promise<ShardOutcome>;
  /** Ends the threads; what runs in them fails with INTERRUPTED. */
  close(): Promise<void>;
}

interface Task {
  readonly request: ScanRequest;
  readonly onProgress: ((progress: ScanProgress) => void) | undefined;
  readonly signal: AbortSignal | undefined;
  readonly resolve: (outcome: ShardOutcome) => void;
  readonly reject: (error: unknown) => void;
  /** Why it was aborted, though its signal was not. */
  late: AppError | null;
  timer: NodeJS.Timeout | undefined;
  /** Which thread has it; null: it waits. */
  worker: Worker | null;
}

/** A shard may take its base time and a second for so many stored bytes: a tenth of what a slow disk or a far store gives. */
const SLOWEST_BYTES_PER_SECOND = 100_000;

export function createShardPool(options: ShardPoolOptions): ShardPool {
  const idle: Worker[] = [];
  /** Threads that read, and the id of what they read. */
  const busy = new Map<Worker, number>();
  /** What threads have, by its id: a shard of each is read, and one more may be written. */
  const underWay = new Map<number, Task>();
  const waiting: Task[] = [];
  let lastId = 0;
  let isClosed = false;

  const start = (): Worker => {
    const worker = new Worker(new URL('start-scan-thread.ts', import.meta.url), {
      workerData: { config: options.config },
      resourceLimits: { maxOldGenerationSizeMb: options.threadMemoryMb ?? 512 },
    });
    worker.on('message', (message: FromThread) => {
      if (message.kind === 'throttled') {
        options.onThrottled?.();
        return;
      }
      const task = underWay.get(message.id);
      if (task === undefined) return;
      if (message.kind === 'begun') {
        limitTime(task, message.bytes);
        return;
      }
      if (message.kind === 'progress') {
        task.onProgress?.(message.progress);
        options.onProgress?.(message.progress);
        return;
      }
      if (busy.get(worker) === message.id) {
        busy.delete(worker);
        idle.push(worker);
      }
      if (message.kind === 'read') {
        next();
        return;
      }
      underWay.delete(message.id);
      clearTimeout(task.timer);
      if (message.kind === 'done') task.resolve(message.outcome);
      else task.reject(reasonOfAbort(task) ?? reviveError(message.error));
      next();
    });
    // A thread that dies (out of memory, a crash) takes its shards with it. An error is always followed by an exit.
    let reason: string | null = null;
    worker.on('error', (error) => {
      reason = toAppError(error).message;
    });
    worker.on('exit', (code) => drop(worker, reason ?? `it ended with code ${code}`));
    return worker;
  };

  const drop = (worker: Worker, reason: string): void => {
    busy.delete(worker);
    const at = idle.indexOf(worker);
    if (at >= 0) idle.splice(at, 1);
    for (const [id, task] of underWay) {
      if (task.worker !== worker) continue;
      underWay.delete(id);
      clearTimeout(task.timer);
      task.reject(isClosed ? closedError() : (reasonOfAbort(task) ?? deathOf(task, reason)));
    }
    next();
  };

  const next = (): void => {
    if (isClosed) return;
    while (idle.length > 0 || busy.size < options.threads) {
      const task = waiting.shift();
      if (task === undefined) return;
      const worker = idle.pop() ?? start();
      task.worker = worker;
      busy.set(worker, task.request.id);
      underWay.set(task.request.id, task);
      limitTime(task, 0);
      // The empty list of what is transferred tells the linter that this is no window.
      worker.postMessage(task.request satisfies ToThread, []);
    }
  };

  /** Whether it still waited. */
  const takeBack = (task: Task, reason: unknown): boolean => {
    const at = waiting.indexOf(task);
    if (at < 0) return false;
    waiting.splice(at, 1);
    task.reject(reason);
    return true;
  };

  const abort = (task: Task): void => {
    if (takeBack(task, task.signal?.reason)) return;
    const { worker } = task;
    if (worker === null || !underWay.has(task.request.id)) return;
    worker.postMessage({ kind: 'abort', id: task.request.id } satisfies ToThread, []);
    const end = setTimeout(() => {
      if (underWay.has(task.request.id)) void worker.terminate();
    }, options.abortGraceMs ?? 5_000);
    end.unref();
  };

  // What hangs in its thread or at a store that never ends an answer is begun again, and given up after its starts.
  const limitTime = (task: Task, bytes: number): void => {
    const limitMs = options.config.shardTimeLimitMs + (bytes / SLOWEST_BYTES_PER_SECOND) * 1000;
    clearTimeout(task.timer);
    task.timer = setTimeout(() => {
      task.late = lateError(task, { limitMs, bytes });
      abort(task);
    }, limitMs);
    task.timer.unref();
  };

  const run = (request: ScanRequest, { signal, draining, onProgress }: RunShardOptions): Promise<ShardOutcome> => {
    const { promise, resolve, reject } = Promise.withResolvers<ShardOutcome>();
    const task: Task = { request, signal, onProgress, resolve, reject, late: null, timer: undefined, worker: null };
    const onAbort = (): void => abort(task);
    const onDrain = (): void => void takeBack(task, draining?.reason);
    signal?.addEventListener('abort', onAbort);
    draining?.addEventListener('abort', onDrain);
    waiting.push(task);
    next();
    return promise.finally(() => {
      signal?.removeEventListener('abort', onAbort);
      draining?.removeEventListener('abort', onDrain);
    });
  };

  if (options.startsEarly === true) idle.push(start());
  return {
    threads: options.threads,
    runShard: async (shard, runOptions) => {
      if (isClosed) throw closedError();
      runOptions.signal?.throwIfAborted();
      runOptions.draining?.throwIfAborted();
      const { run: reference, attempt, isLastAttempt, waitsWhenThrottled = false } = runOptions;
      lastId += 1;
      const request = { id: lastId, run: reference, shard, attempt, isLastAttempt, waitsWhenThrottled };
      return run({ kind: 'scan', ...request }, runOptions);
    },
    close: async () => {
      isClosed = true;
      for (const task of waiting.splice(0)) task.reject(closedError());
      await Promise.all([...idle, ...busy.keys()].map((worker) => worker.terminate()));
    },
  };
}

function closedError(): TransientError {
  return new TransientError('INTERRUPTED', 'stopped before the shard was done');
}

function reasonOfAbort({ signal, late }: Task): unknown {
  return signal?.aborted === true ? signal.reason : late;
}

function lateError({ request }: Task, { limitMs, bytes }: { limitMs: number; bytes: number }): TransientError {
  const limit = `${Math.round(limitMs / 1000)} s, the limit for ${bytes} bytes`;
  return new TransientError('SHARD_GAVE_UP', `shard ${request.shard.id} was not done within ${limit}`, {
    details: { shard_id: request.shard.id, bytes, limit_ms: limitMs },
  });
}

function deathOf({ request }: Task, reason: string): TransientError {
  return new TransientError('SHARD_GAVE_UP', `shard ${request.shard.id} ended its scan thread: ${reason}`);
}
